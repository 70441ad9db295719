"""``tf.train``: a face only; each name's home is named by its import.

Before:  tf/checkpoint.py.  Next: tf/summary.py.
Source:  TensorFlow 2's ``tf.train``.
"""

from __future__ import annotations

from minigrad.tf.checkpoint import Checkpoint
from minigrad.tf.checkpoint_state import CheckpointState, get_checkpoint_state, latest_checkpoint
from minigrad.tf.names import missing

__all__ = ["Checkpoint", "CheckpointState", "get_checkpoint_state", "latest_checkpoint"]

__getattr__ = missing("tf.train", __all__)
