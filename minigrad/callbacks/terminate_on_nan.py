"""TerminateOnNaN: don't go on training what is lost.

Before:  callbacks/callback.py.  Next: callbacks/tensorboard.py.
Source:  Keras's ``keras/src/callbacks/terminate_on_nan.py``.
"""

from __future__ import annotations

import math

from minigrad.callbacks.callback import Callback, Logs
from minigrad.callbacks.progress import announce


class TerminateOnNaN(Callback):
    """Stop training when the loss is NaN or infinite.

    Args:
        raise_error: Whether to raise an error instead; backups stay then. Default False.

    Source: ``keras.callbacks.TerminateOnNaN``.
    """

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = raise_error

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss.

        Raises:
            RuntimeError: If it is not finite, and raise_error is set.
        """
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"TerminateOnNaN: the loss is {loss} after batch {batch}")
        announce(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
