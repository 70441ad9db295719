"""For those who write ops and layers: gradient checks, and strategies for property-based tests.

The strategies are in `minigrad.testing.strategies`, which needs hypothesis and is imported by itself.
"""

from minigrad.testing.gradients import check_gradients
from minigrad.testing.layers import check_layer
from minigrad.testing.models import check_model
from minigrad.testing.reports import GradientReport, InputReport

__all__ = ["GradientReport", "InputReport", "check_gradients", "check_layer", "check_model"]
