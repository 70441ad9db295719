"""LambdaCallback: callbacks made of functions.

Before:  callbacks/callback.py.  Next: callbacks/terminate_on_nan.py.
Source:  Keras's ``keras/src/callbacks/lambda_callback.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.callbacks.callback import EVENTS, Callback
from minigrad.errors import unknown_name


class LambdaCallback(Callback):
    """Call functions at the events of a training.

    Args:
        on_epoch_begin: Called with (epoch, logs).
        on_epoch_end: Called with (epoch, logs).
        on_train_begin: Called with (logs), which are empty.
        on_train_end: Called with (logs).
        on_train_batch_begin: Called with (batch, logs).
        on_train_batch_end: Called with (batch, logs).
        **functions: Any other method of `Callback`, by its name.

    Raises:
        UnknownNameError: For a name that is no event.

    Source: ``keras.callbacks.LambdaCallback``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((1,)), mg.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> count = mg.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: print("epoch", epoch))
        >>> history = model.fit(np.ones((4, 1)), np.ones((4, 1)), epochs=2, callbacks=[count], verbose=0)
        epoch 0
        epoch 1
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **functions: Callable[..., Any],
    ) -> None:
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **functions,
        }
        for name, function in given.items():
            if name not in EVENTS:
                raise unknown_name("event", name, EVENTS)
            if function is not None:
                setattr(self, name, function)
