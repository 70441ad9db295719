"""Callbacks, under the names of ``keras.callbacks``."""

from minigrad.callbacks.callback import Callback, CallbackList
from minigrad.callbacks.history import History
from minigrad.callbacks.progress import ProgressBar

ProgbarLogger = ProgressBar

__all__ = ["Callback", "CallbackList", "History", "ProgbarLogger", "ProgressBar"]
