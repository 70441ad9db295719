"""Writing models to files, and reading them."""

from minigrad.saving.files import replacing
from minigrad.saving.weights_npz import load_weights_npz, save_weights_npz

__all__ = ["load_weights_npz", "replacing", "save_weights_npz"]
