"""Callbacks, under the names of ``keras.callbacks``."""

from minigrad.callbacks.backup_and_restore import BackupAndRestore
from minigrad.callbacks.callback import Callback
from minigrad.callbacks.callback_list import CallbackList
from minigrad.callbacks.csv_logger import CSVLogger
from minigrad.callbacks.early_stopping import EarlyStopping
from minigrad.callbacks.history import History
from minigrad.callbacks.lambda_callback import LambdaCallback
from minigrad.callbacks.learning_rate import LearningRateScheduler, ReduceLROnPlateau
from minigrad.callbacks.model_checkpoint import ModelCheckpoint
from minigrad.callbacks.monitor import MonitorCallback
from minigrad.callbacks.progress import ProgressBar
from minigrad.callbacks.tensorboard import TensorBoard
from minigrad.callbacks.terminate_on_nan import TerminateOnNaN

ProgbarLogger = ProgressBar

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "MonitorCallback",
    "ProgbarLogger",
    "ProgressBar",
    "ReduceLROnPlateau",
    "TensorBoard",
    "TerminateOnNaN",
]
