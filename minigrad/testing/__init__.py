"""For those who write ops and layers: gradient checks, and strategies for property-based tests.

The strategies are in `minigrad.testing.strategies`, which needs hypothesis and is imported by itself.
"""

from minigrad.testing.comparison import GradientReport
from minigrad.testing.gradients import check_gradients

__all__ = ["GradientReport", "check_gradients"]
