"""Convolution basics (lab 11-0): each small result of the lecture, computed and printed.

    python examples/convolution_basics.py

With matplotlib installed it also draws images, kernels and results. Read beside it: minigrad/shapes.py (the
sizes), minigrad/kernels/reference.py (the loops).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import minigrad as keras
from minigrad import layers, ops
from minigrad.shapes import output_size, same_padding

IMAGE = np.array([[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]], dtype=np.float32)  # (1, 3, 3, 1)
SLIDING_IMAGE = np.array(
    [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]], dtype=np.float32
)
SLIDING_FILTER = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=np.float32)
POOLING_IMAGE = np.array([[[[4], [3]], [[2], [1]]]], dtype=np.float32)  # (1, 2, 2, 1)


def plane(tensor: keras.Tensor, channel: int = 0) -> list[list[int]]:
    """Return one channel of the first image as rows of integers."""
    return np.asarray(tensor)[0, :, :, channel].astype(int).tolist()


def dense() -> list[float]:
    """y_i = sum_j x_j w_ij: every output sees every input."""
    x, w = keras.Tensor([1.0, 2.0, 3.0]), keras.Tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    return ops.matmul(x, w).tolist()


def one_dimensional() -> list[float]:
    """y_0 = x0 w0 + x1 w1 + x2 w2, y_1 = x1 w0 + x2 w1 + x3 w2: the same weights at every place."""
    x = keras.Tensor([1.0, 2.0, 3.0, 4.0]).reshape(1, 4, 1)
    w = keras.Tensor([1.0, 10.0, 100.0]).reshape(3, 1, 1)
    return ops.conv(x, w).reshape(-1).tolist()


def sliding() -> list[list[int]]:
    """The 3x3 filter that slides over the 5x5 image."""
    return plane(ops.conv(SLIDING_IMAGE.reshape(1, 5, 5, 1), SLIDING_FILTER.reshape(3, 3, 1, 1)))


def six_filters() -> tuple[tuple[int, ...], int]:
    """6 filters of 5x5x3 over a 32x32x3 image: the output's shape, and the terms of one dot product."""
    layer = layers.Conv2D(filters=6, kernel_size=5)
    shape = layer(np.zeros((1, 32, 32, 3), np.float32)).shape
    return shape, int(np.prod(layer.kernel.shape[:3]))


def convolve(padding: str, *values: float) -> keras.Tensor:
    """The 3x3 image with 2x2 kernels, each filled with one value, by the layer and a constant initializer."""
    weight = np.ones((2, 2, 1, 1), np.float32) * np.array(values, np.float32)
    layer = layers.Conv2D(
        filters=len(values),
        kernel_size=2,
        padding=padding,
        kernel_initializer=keras.initializers.Constant(weight),
    )
    return layer(IMAGE)


def pool(padding: str) -> list[list[int]]:
    """The 2x2 image, max-pooled with a 2x2 window and stride 1."""
    return plane(layers.MaxPool2D(pool_size=2, strides=1, padding=padding)(POOLING_IMAGE))


def draw(folder: Path) -> Path:
    """Write one picture: the image, and the results for each padding and kernel."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    three = convolve("SAME", 1.0, 10.0, -1.0)
    panels = [
        ("image", plane(keras.Tensor(IMAGE))),
        ("kernel of ones, VALID", plane(convolve("VALID", 1.0))),
        ("kernel of ones, SAME", plane(three, 0)),
        ("kernel of tens, SAME", plane(three, 1)),
        ("kernel of minus ones, SAME", plane(three, 2)),
        ("5x5 image", SLIDING_IMAGE.astype(int).tolist()),
        ("3x3 filter", SLIDING_FILTER.astype(int).tolist()),
        ("filter over image, VALID", sliding()),
    ]
    figure, axes = plt.subplots(2, 4, figsize=(11, 6), layout="constrained")
    for axis, (title, rows) in zip(axes.flat, panels, strict=True):
        values = np.array(rows)
        axis.imshow(values, cmap="gray")
        middle = (values.min() + values.max()) / 2
        for (i, j), value in np.ndenumerate(values):  # dark on light, light on dark
            axis.text(
                j, i, str(value), ha="center", va="center", color="k" if value > middle else "w", fontsize=13
            )
        axis.set(title=title, xticks=[], yticks=[])
    path = folder / "convolution_basics.png"
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=Path, default=Path("pictures"), help="the folder for the PNG file")
    args = parser.parse_args()

    print("Dense, [1, 2, 3] times [[1, 0], [0, 1], [1, 1]]:", dense())
    print("1-D convolution of [1, 2, 3, 4] with [1, 10, 100]:", one_dimensional())
    print("The sliding example:", sliding())
    shape, terms = six_filters()
    print(
        f"6 filters 5x5x3 over 32x32x3: output {shape}, each number a dot product of {terms} terms plus bias"
    )
    print("Stride: 7x7 input, 3x3 filter, stride 2 ->", output_size(7, 3, stride=2))
    print("Zero padding (F - 1) / 2 = 1 keeps 7 ->", output_size(7, 3, padding=(1, 1)))
    print("SAME: P_start, P_end for input 3, filter 2, stride 1:", same_padding(3, 2))
    print("SAME: P_start, P_end for input 7, filter 3, stride 2:", same_padding(7, 3, stride=2))
    print("Kernel of ones, VALID:", plane(convolve("VALID", 1.0)))
    print("Kernel of ones, SAME:", plane(convolve("SAME", 1.0)))
    three = convolve("SAME", 1.0, 10.0, -1.0)
    for channel, value in enumerate((1, 10, -1)):
        print(f"Three filters, SAME, that of {value}:", plane(three, channel))
    print("Max pooling, VALID:", pool("VALID"))
    print("Max pooling, SAME:", pool("SAME"))
    try:
        print("Picture:", draw(args.pictures))
    except ImportError:
        print('No picture: matplotlib is not installed; in this folder, pip install ".[plot]" installs it')


if __name__ == "__main__":
    main()
