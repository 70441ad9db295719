"""Lab 11-0: what a convolution and a pooling do, on numbers small enough to check by hand.

What it teaches: a 2x2 kernel of ones sums up each 2x2 part of an image. VALID keeps to the image, so the
result is smaller; SAME pads with zeros so that it isn't. Each filter gives one feature map. Pooling takes
the largest number of each window. Then the same on a digit.

    python examples/labs/lab_11_0_cnn_basics.py

Read beside it: minigrad/shapes.py (the sizes), minigrad/kernels/reference.py (the loops), and
examples/convolution_basics.py (the lecture's slides, number by number).
"""

import argparse
from pathlib import Path

import numpy as np
from common import pyplot, save

import minigrad as keras
import minigrad.tf as tf


def convolve(image, weight, padding):
    """One image and kernels of given numbers, printed as the lecture does."""
    print("image.shape", image.shape)
    print("weight.shape", weight.shape)
    conv2d = keras.layers.Conv2D(
        filters=weight.shape[-1],
        kernel_size=2,
        padding=padding,
        kernel_initializer=tf.constant_initializer(weight),
    )(image)
    print("conv2d.shape", conv2d.shape)
    feature_maps = [feature_map[..., 0] for feature_map in np.swapaxes(conv2d, 0, 3)]
    for feature_map in feature_maps:
        print(feature_map)
    return feature_maps


def max_pool(rows, padding):
    image = tf.constant(np.reshape(rows, (1, 2, 2, 1)), dtype=np.float32)
    pool = keras.layers.MaxPool2D(pool_size=(2, 2), strides=1, padding=padding)(image)
    print(pool.shape)
    print(pool.numpy())


def digit_features(digit):
    """Five random 3x3 filters with stride 2, and then pooling: 28x28 -> 14x14 -> 7x7."""
    image = tf.convert_to_tensor(digit.reshape(-1, 28, 28, 1))
    weight_init = keras.initializers.RandomNormal(stddev=0.01)
    conv2d = keras.layers.Conv2D(
        filters=5, kernel_size=3, strides=(2, 2), padding="SAME", kernel_initializer=weight_init
    )(image)
    pool = keras.layers.MaxPool2D(pool_size=(2, 2), strides=(2, 2), padding="SAME")(conv2d)
    print(conv2d.shape)
    print(pool.shape)
    return [np.swapaxes(one, 0, 3)[..., 0] for one in (conv2d, pool)]


def draw(path, titles, images, columns):
    plt = pyplot()
    if plt is None:
        return
    rows = -(-len(images) // columns)
    size = (2.2 * columns, 2.4 * rows)
    figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for axis, title, image in zip(axes.flat, titles, images, strict=False):
        axis.imshow(np.asarray(image), cmap="gray")
        axis.set_title(title, fontsize=10)
        for (i, j), value in np.ndenumerate(image if np.size(image) < 20 else np.empty(0)):
            bright = value > (np.min(image) + np.max(image)) / 2
            axis.text(j, i, f"{value:g}", ha="center", va="center", color="k" if bright else "w")
    save(figure, path)


def main():
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--epochs", type=int, help="as for the other labs; here nothing is trained")
    made.add_argument("--data", choices=("mini", "full"), default="mini", help="where the digit is from")
    made.add_argument("--seed", type=int, default=777)
    made.add_argument("--pictures", type=Path, default=Path("pictures"), help="the folder for PNG files")
    args = made.parse_args()
    tf.random.set_seed(args.seed)
    image = tf.constant([[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]], dtype=np.float32)
    ones = np.ones((2, 2, 1, 1))
    (valid,) = convolve(image, ones, "VALID")
    (same,) = convolve(image, ones, "SAME")
    three = convolve(image, ones * [1.0, 10.0, -1.0], "SAME")
    max_pool([[4, 3], [2, 1]], "VALID")
    max_pool([[4, 3], [2, 1]], "SAME")

    source = keras.datasets.mnist if args.data == "full" else keras.datasets.mini_mnist
    digit = source.load_data()[0][0][0].astype(np.float32) / 255.0
    maps, pooled = digit_features(digit)

    titles = ["image", "VALID", "SAME", "filter of 1", "filter of 10", "filter of -1"]
    draw(args.pictures / "lab_11_0_convolution.png", titles, [image[0, ..., 0], valid, same, *three], 6)
    titles = ["the digit", *(f"filter {i}" for i in range(5))]
    titles += ["the digit", *(f"filter {i}, pooled" for i in range(5))]
    draw(args.pictures / "lab_11_0_digit.png", titles, [digit, *maps, digit, *pooled], 6)


if __name__ == "__main__":
    main()
