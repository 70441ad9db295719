"""Models, under the names of ``keras.models``."""

from minigrad.models.model import Model
from minigrad.models.sequential import Sequential

__all__ = ["Model", "Sequential"]
