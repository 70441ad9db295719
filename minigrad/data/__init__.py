"""Data sets that are made in steps: read, shuffled, changed, cut into batches, while training goes on.

Before:  random/.  Next: models/data.py (how ``fit`` takes batches from them).
"""

from minigrad.data.background import AUTOTUNE
from minigrad.data.dataset import Dataset
from minigrad.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from minigrad.data.py_dataset import PyDataset
from minigrad.data.recipe import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from minigrad.data.spec import TensorSpec

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "PyDataset",
    "TensorSpec",
    "pack_x_y_sample_weight",
    "unpack_x_y_sample_weight",
]
