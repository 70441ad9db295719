"""The lecture's CNN (lab 11-1), built, trained and looked at.

Three times a convolution, a ReLU and a max-pooling make 4x4x128 features out of a 28x28 image; two dense
layers make ten scores of these. 619,786 numbers are learned.

    python examples/lecture_cnn.py                  # the embedded sample of MNIST, 3 epochs
    python examples/lecture_cnn.py --epochs 5
    python examples/lecture_cnn.py --data full      # all of MNIST

Read beside it: minigrad/layers/convolution.py, minigrad/models/step.py.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as keras
from minigrad import layers


def build_model() -> keras.Sequential:
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=32, kernel_size=3, activation="relu", padding="SAME"),  # 28, 28, 32
            layers.MaxPool2D(padding="SAME"),  # 14, 14, 32
            layers.Conv2D(filters=64, kernel_size=3, activation="relu", padding="SAME"),  # 14, 14, 64
            layers.MaxPool2D(padding="SAME"),  # 7, 7, 64
            layers.Conv2D(filters=128, kernel_size=3, activation="relu", padding="SAME"),  # 7, 7, 128
            layers.MaxPool2D(padding="SAME"),  # 4, 4, 128
            layers.Flatten(),  # 2048
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(10),  # scores (logits), one for each digit
        ]
    )


def load(data: str) -> tuple[Any, Any, Any, Any]:
    source = keras.datasets.mnist if data == "full" else keras.datasets.mini_mnist
    (train_images, train_labels), (test_images, test_labels) = source.load_data()
    return (
        train_images[..., np.newaxis].astype(np.float32) / 255,  # (N, 28, 28, 1), from 0 to 1
        keras.utils.to_categorical(train_labels, 10),  # (N, 10), one-hot
        test_images[..., np.newaxis].astype(np.float32) / 255,
        keras.utils.to_categorical(test_labels, 10),
    )


def draw(
    model: keras.Sequential, history: keras.callbacks.History, digit: np.ndarray, folder: Path
) -> list[Path]:
    """Write pictures of the learning curves, the first kernels, and what the first layer sees in a digit."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("learning_curves.png", "kernels.png", "feature_maps.png")]

    epochs = [epoch + 1 for epoch in history.epoch]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axes, name in ((left, "loss"), (right, "accuracy")):
        axes.plot(epochs, history.history[name], "o-", label="training (with dropout)")
        axes.plot(epochs, history.history[f"val_{name}"], "o-", label="test")
        axes.set(title=name.capitalize(), xlabel="Epoch", ylabel=name, xticks=epochs)
        axes.legend()
    figure.savefig(paths[0], dpi=110)

    kernels = np.moveaxis(model.layers[0].kernel.numpy()[:, :, 0], -1, 0)  # (32, 3, 3)
    limit = np.abs(kernels).max()
    figure, axes = plt.subplots(4, 8, figsize=(8, 4.8), layout="constrained")
    figure.suptitle("The first layer's 32 kernels (blue: positive, red: negative)")
    _show(axes, kernels, cmap="RdBu", vmin=-limit, vmax=limit)
    figure.savefig(paths[1], dpi=110)

    maps = np.moveaxis(model.layers[0](digit[np.newaxis]).numpy()[0], -1, 0)  # (32, 28, 28)
    figure = plt.figure(figsize=(12, 4.8), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 2))
    left.suptitle("A digit")
    _show(left.subplots(1, 1, squeeze=False), [digit[..., 0]], cmap="gray")
    right.suptitle("What each of the 32 kernels makes of it, after ReLU")
    _show(right.subplots(4, 8), maps, cmap="gray", vmin=0, vmax=maps.max())
    figure.savefig(paths[2], dpi=110)
    plt.close("all")
    return paths


def _show(axes: Any, images: Any, **options: Any) -> None:
    for axis, image in zip(axes.flat, images, strict=True):
        axis.imshow(image, **options)
        axis.axis("off")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument(
        "--data", choices=("mini", "full"), default="mini", help="the embedded sample, or all of MNIST"
    )
    parser.add_argument("--steps", type=int, default=None, help="steps of an epoch (default: all images)")
    parser.add_argument("--seed", type=int, default=777)
    parser.add_argument(
        "--pictures", type=Path, default=Path("pictures"), help="the folder for the PNG files"
    )
    args = parser.parse_args()

    keras.utils.set_random_seed(args.seed)
    x_train, y_train, x_test, y_test = load(args.data)
    model = build_model()
    model.summary()
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.001),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    started = time.perf_counter()
    history = model.fit(
        x_train,
        y_train,
        batch_size=args.batch_size,
        epochs=args.epochs,
        steps_per_epoch=args.steps,
        validation_data=(x_test, y_test),
        validation_batch_size=500,
    )
    seconds = time.perf_counter() - started
    loss, accuracy = model.evaluate(x_test, y_test, batch_size=500, verbose=0)
    epochs = f"{args.epochs} epoch" + "s" * (args.epochs != 1)
    print(f"Test accuracy {accuracy:.4f}, test loss {loss:.4f} after {epochs} in {seconds:.1f} s")

    try:
        paths = draw(model, history, x_test[0], args.pictures)
    except ImportError:
        print('No pictures: matplotlib is not installed; in this folder, pip install ".[plot]" installs it')
    else:
        print("Pictures:", ", ".join(map(str, paths)))


if __name__ == "__main__":
    main()
