"""What the labs share: arguments, digits, the lecture's training loop, checkpoints and pictures.

Read the loop (`learn`) with lab_11_1_sequential.py: a gradient tape around the loss, the optimizer's step,
and the loss and the accuracy measured anew outside the tape, where nothing is recorded. One loop serves one
model and several: the answer of an ensemble is the sum of its models' scores.

Read beside it: minigrad/tf/recording.py, minigrad/autodiff/tape.py, minigrad/data/dataset.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import minigrad as keras
import minigrad.tf as tf
from minigrad.utils import to_categorical

Curves = dict[str, list[float]]


class Digits(NamedTuple):
    """Images (N, 28, 28, 1) from 0 to 1, labels (N, 10) one-hot."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def parser(description: str | None, epochs: int) -> argparse.ArgumentParser:
    """The arguments of every lab."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--epochs", type=int, default=epochs, help=f"default {epochs}")
    made.add_argument("--data", choices=("mini", "full"), default="mini", help="the sample, or all of MNIST")
    made.add_argument("--steps", type=int, help="take only so many batches of training and test images")
    made.add_argument("--seed", type=int, default=777)
    made.add_argument("--pictures", type=Path, default=Path("pictures"), help="the folder for PNG files")
    made.add_argument("--checkpoints", type=Path, default=Path("checkpoints"), help="the folder for these")
    made.add_argument("--restore", action="store_true", help="begin with the latest checkpoint")
    return made


def load_digits(args: Any, batch_size: int) -> Digits:
    """The digits, scaled and one-hot."""
    source = keras.datasets.mnist if args.data == "full" else keras.datasets.mini_mnist
    (train_images, train_labels), (test_images, test_labels) = source.load_data()
    train_images = np.expand_dims(train_images.astype(np.float32) / 255.0, axis=-1)
    test_images = np.expand_dims(test_images.astype(np.float32) / 255.0, axis=-1)
    arrays = train_images, to_categorical(train_labels, 10), test_images, to_categorical(test_labels, 10)
    count = None if args.steps is None else args.steps * batch_size
    return Digits(*(array[:count] for array in arrays))


# -- the lecture's functions -------------------------------------------------------------------------


@tf.function
def loss_fn(model: Any, images: Any, labels: Any) -> Any:
    logits = model(images, training=True)
    return tf.reduce_mean(tf.keras.losses.categorical_crossentropy(labels, logits, from_logits=True))


@tf.function
def grad(model: Any, images: Any, labels: Any) -> Any:
    with tf.GradientTape() as tape:
        loss = loss_fn(model, images, labels)
    return tape.gradient(loss, model.trainable_variables)


@tf.function
def accuracy_fn(models: Sequence[Any], images: Any, labels: Any) -> Any:
    """How many answers are right: of several models, the summed scores decide."""
    scores = sum(model(images, training=False) for model in models)
    correct = tf.equal(tf.argmax(scores, 1), tf.argmax(labels, 1))
    return tf.reduce_mean(tf.cast(correct, tf.float32))


def learn(
    models: Sequence[Any], optimizer: Any, digits: Digits, name: str, args: Any, batch_size: int
) -> Curves:
    """Train for some epochs, print the lecture's line after each, and save a checkpoint of each model."""
    train_set = tf.data.Dataset.from_tensor_slices((digits.train_images, digits.train_labels))
    train_set = train_set.shuffle(buffer_size=500_000).batch(batch_size)
    test_set = tf.data.Dataset.from_tensor_slices((digits.test_images, digits.test_labels)).batch(batch_size)
    checkpoints = [tf.train.Checkpoint(cnn=model) for model in models]
    folders = [args.checkpoints / f"{name}-{index}" for index in range(len(models))]
    if args.restore:
        for folder, checkpoint in zip(folders, checkpoints, strict=True):
            restore(checkpoint, folder)

    curves: Curves = {"loss": [], "training accuracy": [], "test accuracy": []}
    print("Learning started. It takes some time.")
    for epoch in range(args.epochs):
        loss = train_accuracy = test_accuracy = 0.0
        steps = test_steps = 0
        for images, labels in train_set:
            for model in models:
                grads = grad(model, images, labels)
                optimizer.apply_gradients(zip(grads, model.trainable_variables, strict=True))
                loss += loss_fn(model, images, labels) / len(models)
            train_accuracy += accuracy_fn(models, images, labels)
            steps += 1
        for images, labels in test_set:
            test_accuracy += accuracy_fn(models, images, labels)
            test_steps += 1
        figures = float(loss / steps), float(train_accuracy / steps), float(test_accuracy / test_steps)
        for values, figure in zip(curves.values(), figures, strict=True):
            values.append(figure)
        print(
            f"Epoch: {epoch + 1} loss = {figures[0]:.8f} train accuracy =  {figures[1]:.4f} "
            f"test accuracy =  {figures[2]:.4f}",
            flush=True,
        )
        for folder, checkpoint in zip(folders, checkpoints, strict=True):
            checkpoint.save(file_prefix=folder / "model")
    print("Learning Finished!")
    return curves


def restore(checkpoint: Any, folder: Path) -> bool:
    """Restore the folder's latest checkpoint; tell whether there is one."""
    print(" [*] Reading checkpoints...")
    state = tf.train.get_checkpoint_state(folder)
    if state is None:
        print(f" [*] Failed to find a checkpoint in {folder}")
        return False
    checkpoint.restore(state.model_checkpoint_path)
    print(f" [*] Success to read {Path(state.model_checkpoint_path).name}")
    return True


# -- pictures ----------------------------------------------------------------------------------------


def pyplot() -> Any:
    """matplotlib.pyplot, drawing to files; None if it isn't installed."""
    try:
        import matplotlib

        matplotlib.use("agg")
        import matplotlib.pyplot as plt
    except ImportError:
        print('No pictures: matplotlib is not installed; pip install "minigrad[plot]" installs it')
        return None
    return plt


def save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    pyplot().close(figure)
    print("Picture:", path)


def draw_curves(path: Path, curves: Curves, xlabel: str = "Epoch") -> None:
    """The loss on the left, accuracies on the right."""
    plt = pyplot()
    if plt is None:
        return
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, values in curves.items():
        axes = left if "loss" in name else right
        marker = "o-" if len(values) <= 20 else "-"
        axes.plot(range(1, len(values) + 1), values, marker, label=name)
    for axes, title in ((left, "Loss"), (right, "Accuracy")):
        axes.set(title=title, xlabel=xlabel)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
    save(figure, path)


def draw_mistakes(path: Path, models: Sequence[Any], digits: Digits, count: int = 20) -> None:
    """The first test digits that are taken for others."""
    plt = pyplot()
    if plt is None:
        return
    scores = sum(model.predict(digits.test_images, batch_size=500, verbose=0) for model in models)
    answers, labels = scores.argmax(-1), digits.test_labels.argmax(-1)
    wrong = np.flatnonzero(answers != labels)
    figure, axes = plt.subplots(2, count // 2, figsize=(12, 3.2), layout="constrained")
    figure.suptitle(f"{len(wrong)} of {len(labels)} test digits are taken for another (the first {count})")
    for axis in axes.flat:
        axis.axis("off")
    for axis, index in zip(axes.flat, wrong, strict=False):
        axis.imshow(digits.test_images[index, ..., 0], cmap="gray")
        axis.set_title(f"{labels[index]} as {answers[index]}", fontsize=10)
    save(figure, path)
