"""Several callbacks as one.

Before:  callbacks/callback.py, callbacks/history.py, callbacks/progress.py.  Next: models/training.py.
Source:  Keras's ``keras/src/callbacks/callback_list.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad.callbacks.callback import Callback, Logs
from minigrad.callbacks.history import History
from minigrad.callbacks.progress import ProgressBar

_OLDER_NAMES = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}


class CallbackList:
    """Several callbacks, called in their order.

    Args:
        callbacks: A `Callback`, a list of them (lists within it are flattened), a CallbackList, or None.
        model: The model to hand to each.
        add_history: Whether a `History` is added if there is none. Default False.
        **params: What each gets as its ``params``. Where verbose is not 0, a `ProgressBar` is added if there
            is none.

    Attributes:
        callbacks: All of them.
        history: The `History` among them.
        last_logs: The logs of the last epoch.

    Raises:
        TypeError: If one is not a `Callback`.

    Source: ``keras.callbacks.CallbackList``.
    """

    def __init__(self, callbacks: Any, model: Any, add_history: bool = False, **params: Any) -> None:
        found = _flatten(callbacks)
        for callback in found:
            if not isinstance(callback, Callback):
                hint = "; make an instance of it" if isinstance(callback, type) else ""
                raise TypeError(f"callbacks must be Callback instances; got {callback!r}{hint}")
        own = [one for one in found if isinstance(one, History)]
        self.history = own[0] if own else History()
        if add_history and not own:
            found.append(self.history)
        if params.get("verbose") and not any(isinstance(one, ProgressBar) for one in found):
            found.append(ProgressBar(params["verbose"]))
        self.callbacks: list[Callback] = sorted(found, key=lambda one: one.runs_last)  # keeps the order else
        self.last_logs: Logs = {}
        for callback in self.callbacks:
            callback.set_model(model)
            callback.set_params(params)
        # Most callbacks watch epochs only, so a batch asks just those that have something to do.
        self._watchers: dict[str, list[Any]] = {}

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
