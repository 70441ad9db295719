"""The frameworks: what to import, how to set the number of threads, and what to tell of each.

Idea:    nothing is imported before it is asked for, so that one file serves interpreters that have only one
         of them. ``numpy`` has no layers; it is there as the floor, and for the tests of the driver.
Before:  nothing.  Next: worker.py.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Framework:
    """One framework: the module that must be importable, and three things to do with it."""

    module: str
    title: str
    start: Callable[[int], None]
    set_threads: Callable[[int], None]
    describe: Callable[[], str]


def _minigrad_threads(threads: int) -> None:
    import minigrad

    minigrad.set_num_threads(threads)


def _minigrad_describe() -> str:
    from threadpoolctl import threadpool_info

    import minigrad

    blas = [
        f"{library['internal_api']} {library['version']} ({library.get('architecture', 'any')})"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
    return f"minigrad {minigrad.__version__}, NumPy {_version('numpy')}, BLAS {', '.join(blas) or 'unknown'}"


def _torch_threads(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


def _torch_describe() -> str:
    import torch

    mkl = "with MKL" if torch.backends.mkl.is_available() else "without MKL"
    onednn = "with oneDNN" if torch.backends.mkldnn.is_available() else "without oneDNN"
    return f"PyTorch {torch.__version__}, {mkl}, {onednn}"


def _tensorflow_start(threads: int) -> None:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def _tensorflow_threads(threads: int) -> None:
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() != threads:
        raise ValueError("TensorFlow can't change its number of threads once it runs")


def _tensorflow_describe() -> str:
    return f"Keras {_version('keras')} on TensorFlow {_version('tensorflow')}"


def _numpy_threads(threads: int) -> None:
    """Leave it to the environment's variables, which the driver sets before NumPy is loaded."""


def _version(module: str) -> str:
    loaded: Any = importlib.import_module(module)
    return str(loaded.__version__)


FRAMEWORKS = {
    "minigrad": Framework("minigrad", "minigrad", _minigrad_threads, _minigrad_threads, _minigrad_describe),
    "torch": Framework("torch", "PyTorch", _torch_threads, _torch_threads, _torch_describe),
    "tensorflow": Framework(
        "tensorflow", "Keras on TensorFlow", _tensorflow_start, _tensorflow_threads, _tensorflow_describe
    ),
    "numpy": Framework(
        "numpy", "NumPy", _numpy_threads, _numpy_threads, lambda: f"NumPy {_version('numpy')}"
    ),
}
