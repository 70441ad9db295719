"""For every registered op, a hypothesis strategy of calls to it; the suites run over `CASES`."""

from op_cases import arranging, autodiff, elementwise, images, linalg, neural, reduction  # noqa: F401
from op_cases.call import CASES, Call, case

__all__ = ["CASES", "Call", "case"]
