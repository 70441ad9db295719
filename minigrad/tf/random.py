"""``tf.random``: random tensors, and their seed.

Before:  random/.  Next: tf/recording.py.
Source:  TensorFlow 2's ``tf.random``. The numbers are minigrad's own: one seed, the same bits.
"""

from __future__ import annotations

from minigrad.random import normal, shuffle, truncated_normal, uniform
from minigrad.random import set_random_seed as set_seed
from minigrad.tf.names import missing

__all__ = ["normal", "set_seed", "shuffle", "truncated_normal", "uniform"]

__getattr__ = missing("tf.random", __all__)
