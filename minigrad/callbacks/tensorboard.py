"""TensorBoard: losses, metrics and weights as its files, to be looked at in a browser.

Before:  callbacks/callback.py.  Next: models/training.py.
Source:  Keras's ``keras/src/callbacks/tensorboard.py``; the files are tensorboardX's.
"""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np

from minigrad.callbacks.callback import Callback, Logs
from minigrad.callbacks.model_checkpoint import check_save_freq


class TensorBoard(Callback):
    """Write losses, metrics and weights to files that ``tensorboard --logdir=...`` shows.

    Those of training go to a folder "train", those of validation to "validation". Needs tensorboardX:
    ``pip install minigrad[tensorboard]``.

    Args:
        log_dir: The folder. Default "logs".
        histogram_freq: After how many epochs to write histograms of the weights. Default 0: never.
        write_graph: Whether to write the model's summary, as a text. Default True.
        write_images: Whether weights are written as images, too, with the histograms. Default False.
        write_steps_per_second: Whether to write how fast training is. Default False.
        update_freq: "epoch" (the default): losses and metrics of epochs only; "batch", or a number of steps:
            those of steps, too.
        profile_batch: Only 0: there is no profiler.
        embeddings_freq: Only 0: embeddings are not written.
        embeddings_metadata: Only None.

    Raises:
        ImportError: If tensorboardX is not installed.
        ValueError: For a setting that isn't supported.

    Source: ``keras.callbacks.TensorBoard``.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: int | str = "epoch",
        profile_batch: int = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        if profile_batch:
            raise ValueError(f"TensorBoard: profile_batch={profile_batch!r} is not supported, only 0")
        if embeddings_freq or embeddings_metadata is not None:
            raise ValueError("TensorBoard: embeddings_freq and embeddings_metadata are not supported")
        try:
            import tensorboardX  # noqa: F401
        except ImportError:
            raise ImportError(
                "TensorBoard needs tensorboardX, which is not installed: pip install minigrad[tensorboard]"
            ) from None
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = check_save_freq("TensorBoard", 1 if update_freq == "batch" else update_freq)
        self._writers: dict[str, Any] = {}
        self._steps = 0
        self._training = False
        self._step_began = self._epoch_began = 0.0
        self._epoch_steps = 0

    def _writer(self, part: str) -> Any:
        if part not in self._writers:
            from tensorboardX import SummaryWriter

            self._writers[part] = SummaryWriter(os.path.join(self.log_dir, part))
        return self._writers[part]

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Write the model's summary."""
        self._steps, self._training = 0, True
        if self.write_graph and self.model.built:
            lines: list[str] = []
            self.model.summary(print_fn=lines.append)
            self._writer("train").add_text("model", "```\n" + "\n".join(lines) + "\n```", 0)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Look at the clock."""
        self._epoch_began, self._epoch_steps = time.perf_counter(), 0

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the clock."""
        self._steps += 1
        self._epoch_steps += 1
        self._step_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write the step's values, if they are due."""
        if self.update_freq == "epoch" or self._steps % int(self.update_freq):
            return
        values = {f"batch_{name}": value for name, value in (logs or {}).items()}
        if self.write_steps_per_second:
            values["batch_steps_per_second"] = 1.0 / (time.perf_counter() - self._step_began)
        self._write("train", values, self._steps)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write the evaluation's results against the number of training steps so far."""
        values = {f"evaluation_{name}_vs_iterations": value for name, value in (logs or {}).items()}
        self._write("validation", values, int(self.model.optimizer.iterations))
        if not self._training:
            self._close()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's values, and the weights if they are due."""
        logs = logs or {}
        values = {name: value for name, value in logs.items() if not name.startswith("val_")}
        values["learning_rate"] = float(self.model.optimizer.learning_rate)
        if self.write_steps_per_second:
            values["steps_per_second"] = self._epoch_steps / (time.perf_counter() - self._epoch_began)
        held_out = {name[4:]: value for name, value in logs.items() if name.startswith("val_")}
        self._write("train", {f"epoch_{name}": value for name, value in values.items()}, epoch)
        self._write("validation", {f"epoch_{name}": value for name, value in held_out.items()}, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        for writer in self._writers.values():
            writer.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the files."""
        self._training = False
        self._close()

    def _close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def _write(self, part: str, values: Logs, step: int) -> None:
        for name, value in values.items():
            if np.ndim(value) == 0:
                self._writer(part).add_scalar(name, float(value), step)

    def _write_weights(self, epoch: int) -> None:
        writer = self._writer("train")
        for weight in self.model.weights:
            writer.add_histogram(f"{weight.path}/histogram", weight.numpy(), epoch)
            images = as_images(weight.numpy()) if self.write_images else None
            if images is not None:
                writer.add_images(f"{weight.path}/image", images, epoch, dataformats="NHWC")


def as_images(weight: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """Return a weight as images (N, H, W, channels) with values from 0 to 1, or None if it is none.

    A bias is a column, a matrix an image that is wider than high, and the kernels of a convolution
    with one input channel are one image each.

    Example:
        >>> as_images(np.ones((3, 3, 1, 16))).shape, as_images(np.ones((3, 3, 4, 16)))
        ((16, 3, 3, 1), None)
    """
    image = np.squeeze(weight)
    if image.ndim == 1:
        image = image[None, :, None, None]
    elif image.ndim == 2:
        image = (image.T if image.shape[0] > image.shape[1] else image)[None, :, :, None]
    elif image.ndim == 3:
        image = image.transpose(2, 0, 1)[..., None]
    if image.ndim != 4 or image.shape[-1] not in (1, 3, 4):
        return None
    low, high = image.min(), image.max()
    return np.asarray((image - low) / (high - low if high > low else 1.0))
