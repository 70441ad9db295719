"""Several callbacks as one.

Before:  callbacks/callback.py, callbacks/history.py, callbacks/progress.py.  Next: models/training.py.
Source:  Keras's ``keras/src/callbacks/callback_list.py``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from minigrad.callbacks.callback import EVENTS, Callback, Logs
from minigrad.callbacks.history import History
from minigrad.callbacks.progress import ProgressBar

_OLDER_NAMES = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}


class CallbackList(Callback):
    """Several callbacks, called in their order: as if they were one, for a training loop of your own.

    Args:
        callbacks: A `Callback`, a list of them (lists within it are flattened), a CallbackList, or None.
        add_history: Whether a `History` is added if there is none. Default False.
        add_progbar: Whether a `ProgressBar` is added if there is none. Default False.
        model: The model to hand to each. Default None: `set_model` will say it.
        **params: What each gets as its ``params``: "verbose", "epochs" and "steps".

    Attributes:
        callbacks: All of them.
        history: The `History` among them.
        last_logs: The logs of the last epoch.

    Raises:
        TypeError: If one is not a `Callback`.

    Source: ``keras.callbacks.CallbackList``.

    Example:
        >>> import minigrad as mg
        >>> watch = CallbackList([mg.callbacks.LambdaCallback(on_epoch_end=print)], add_history=True)
        >>> watch.on_train_begin()
        >>> watch.on_epoch_end(0, {"loss": 0.5})
        0 {'loss': 0.5}
        >>> watch.history.history
        {'loss': [0.5]}
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        found = _flatten(callbacks)
        for callback in found:
            if not isinstance(callback, Callback):
                hint = "; make an instance of it" if isinstance(callback, type) else ""
                raise TypeError(f"callbacks must be Callback instances; got {callback!r}{hint}")
        own = [one for one in found if isinstance(one, History)]
        self.history = own[0] if own else History()
        if add_history and not own:
            found.append(self.history)
        if add_progbar and not any(isinstance(one, ProgressBar) for one in found):
            found.append(ProgressBar(params.get("verbose", 1)))
        self.callbacks: list[Callback] = sorted(found, key=lambda one: one.runs_last)  # keeps the order else
        self.last_logs: Logs = {}
        # Most callbacks watch epochs only, so a batch asks just those that have something to do.
        self._watchers: dict[str, list[Any]] = {}
        self.set_model(model)
        self.set_params(params)

    def set_model(self, model: Any) -> None:
        """Hand the model to each."""
        super().set_model(model)
        for callback in self.callbacks:
            callback.set_model(model)

    def set_params(self, params: dict[str, Any]) -> None:
        """Hand the settings of the run to each."""
        super().set_params(params)
        for callback in self.callbacks:
            callback.set_params(params)

    def __call__(self, event: str, *args: Any) -> None:
        """Call the method ``event`` of every callback that defines it."""
        if event not in self._watchers:
            self._watchers[event] = [getattr(one, event) for one in self.callbacks if _defines(one, event)]
        for method in self._watchers[event]:
            method(*args)

    def with_state(self) -> list[Callback]:
        """Return those that remember something from epoch to epoch."""
        return [one for one in self.callbacks if _defines(one, "get_state")]

    def interrupt(self) -> None:
        """Leave no progress bar open; called where evaluating or predicting ends by an error."""
        for one in self.callbacks:
            if isinstance(one, ProgressBar):
                one.finish()


def _flatten(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    if isinstance(callbacks, CallbackList):
        return list(callbacks.callbacks)
    if isinstance(callbacks, list | tuple):
        return [one for part in callbacks for one in _flatten(part)]
    return [callbacks]


def _defines(callback: Callback, event: str) -> bool:
    """Tell whether a callback has a method of its own for an event (or for its older name)."""
    for name in filter(None, (event, _OLDER_NAMES.get(event), _default_calls(event))):
        method = getattr(callback, name)
        if getattr(method, "__func__", method) is not getattr(Callback, name):
            return True
    return False


def _default_calls(event: str) -> str | None:
    return "on_train_end" if event == "on_train_interrupted" else None


def _calling(event: str) -> Callable[..., None]:
    """Return the method that calls the method ``event`` of every callback."""
    takes = len(inspect.signature(getattr(Callback, event)).parameters) - 1  # (logs) or (epoch, logs)

    @functools.wraps(getattr(Callback, event))
    def call(self: CallbackList, *args: Any, logs: Logs | None = None) -> None:
        self(event, *args, *([logs or {}] if len(args) < takes else []))

    return call


for _event in EVENTS:
    setattr(CallbackList, _event, _calling(_event))
