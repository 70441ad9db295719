"""What the labs 10 share: the dense network's parts, and a training loop that looks at every few steps.

The loop is that of common.py but for three things: the accuracy is that of the whole test set, the numbers
go to TensorBoard's files as well (if tensorboardX is installed), and there is one model.

Read beside it: minigrad/layers/dense.py, minigrad/layers/activation.py, minigrad/tf/summary.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any

from common import (
    Curves,
    accuracy_fn,
    draw_curves,
    draw_mistakes,
    grad,
    load_digits,
    loss_fn,
    parser,
    restore,
)

import minigrad.tf as tf


def flatten() -> Any:
    return tf.keras.layers.Flatten()


def dense(units: int, weight_init: Any) -> Any:
    return tf.keras.layers.Dense(units=units, use_bias=True, kernel_initializer=weight_init)


def sigmoid() -> Any:
    return tf.keras.layers.Activation(tf.keras.activations.sigmoid)


def relu() -> Any:
    return tf.keras.layers.Activation(tf.keras.activations.relu)


def run(description: str | None, name: str, build: Callable[[], Any]) -> None:
    """Read the arguments, make the model, train it, and draw what happened."""
    made = parser(description, epochs=1)
    made.add_argument("--every", type=int, default=20, help="print each such step (the lecture: 1)")
    made.add_argument("--logs", type=Path, default=Path("logs"), help="the folder for TensorBoard's files")
    args = made.parse_args()

    tf.random.set_seed(args.seed)
    batch_size = 128
    digits = load_digits(args, batch_size)
    network = build()
    curves = train(network, digits, name, args, batch_size)
    network.summary()
    draw_curves(args.pictures / f"{name}_curves.png", curves, xlabel=f"Every {args.every} steps")
    draw_mistakes(args.pictures / f"{name}_mistakes.png", [network], digits)


def train(network: Any, digits: Any, name: str, args: Any, batch_size: int) -> Curves:
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.001)
    iterations = len(digits.train_images) // batch_size
    train_set = tf.data.Dataset.from_tensor_slices((digits.train_images, digits.train_labels))
    train_set = train_set.shuffle(buffer_size=100_000).batch(batch_size, drop_remainder=True)

    folder = args.checkpoints / name
    checkpoint = tf.train.Checkpoint(dnn=network)
    if args.restore:  # the network has no weights yet; it gets them when it is first called
        restore(checkpoint, folder)

    curves: Curves = {"training loss": [], "training accuracy": [], "test accuracy": []}
    start, counter = time(), 0
    with log(args.logs / name):
        for epoch in range(args.epochs):
            for step, (images, labels) in enumerate(train_set):
                grads = grad(network, images, labels)
                optimizer.apply_gradients(zip(grads, network.trainable_variables, strict=True))
                counter += 1
                if (step + 1) % args.every and step + 1 != iterations:
                    continue
                loss = loss_fn(network, images, labels)
                accuracy = accuracy_fn([network], images, labels)
                test_accuracy = accuracy_fn([network], digits.test_images, digits.test_labels)
                figures = float(loss), float(accuracy), float(test_accuracy)
                for key, values, figure in zip(curves, curves.values(), figures, strict=True):
                    values.append(figure)
                    tf.summary.scalar(name=key, data=figure, step=counter)
                print(
                    f"Epoch: [{epoch:2d}] [{step:5d}/{iterations:5d}] time: {time() - start:4.4f}, "
                    f"train_loss: {loss:.8f}, train_accuracy: {accuracy:.4f}, "
                    f"test_Accuracy: {test_accuracy:.4f}",
                    flush=True,
                )
            checkpoint.save(file_prefix=folder / f"{name}-{counter}")
    return curves


@contextlib.contextmanager
def log(folder: Path) -> Any:
    """Let tf.summary write to a folder, if it can."""
    try:
        writer = tf.summary.create_file_writer(folder)
    except ImportError:
        yield
        return
    with writer.as_default():
        yield
    writer.close()
