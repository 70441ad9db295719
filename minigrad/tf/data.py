"""``tf.data``: a face only, of `minigrad.data`.

Before:  data/dataset.py.  Next: tf/train.py.
Source:  TensorFlow 2's ``tf.data``.
"""

from __future__ import annotations

from minigrad.data import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from minigrad.tf.names import missing

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset"]

__getattr__ = missing("tf.data", __all__)
