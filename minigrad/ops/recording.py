"""Functions made of ops record their calls on symbolic tensors, as the ops themselves do.

Idea:    what a user calls shall be one step of a model's graph, also where it is made of many ops. So each
         public function that is no op is wrapped once, here, and not written with that in mind.
Before:  autodiff/operation.py, all other files of ops/.  Next: ops/image.py.
"""

from __future__ import annotations

from minigrad import ops
from minigrad.autodiff.operation import recordable

_FUNCTIONAL = {"associative_scan", "cond", "custom_gradient", "fori_loop", "jvp", "map", "scan", "switch"}
_FUNCTIONAL |= {"vectorize", "vectorized_map", "while_loop"}
_OTHERS = _FUNCTIONAL | {"convert_to_numpy", "dtype", "is_tensor", "ndim", "shape", "size"}
"""Functions that take functions, or return what is no tensor."""

_names: set[str] = set(vars(ops)["__all__"]) - _OTHERS
_functions = {getattr(ops, name) for name in _names}
_recording = {one: one if hasattr(one, "op") else recordable(one) for one in _functions}
for _name in _names:
    setattr(ops, _name, _recording[getattr(ops, _name)])
