"""The pictures of the pages: ``python docs/building/drawings.py`` draws them anew into docs/pictures.

Idea:    each is made by the package itself, by a few lines that a reader could type.
Before:  nothing.  Next: the pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parents[1] / "pictures"


def graph(folder: Path) -> None:
    """Draw what is recorded of ``x * x + x``."""
    import minigrad as mg

    x = mg.Tensor(3.0, requires_grad=True)
    mg.graph(x * x + x, names={"x": x}).save(folder / "graph.svg")


def sliding(folder: Path) -> None:
    """Draw four steps of the lecture's example of a convolution."""
    from matplotlib.figure import Figure

    import minigrad as mg

    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    kernel = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    out = mg.ops.conv(np.reshape(image, (1, 5, 5, 1)).astype("float32"), np.reshape(kernel, (3, 3, 1, 1)))
    figure = Figure(figsize=(9, 4.4), layout="constrained")
    rows = figure.subplots(2, 4)
    for column, (i, j) in enumerate([(0, 0), (0, 1), (1, 0), (2, 2)]):
        filled = np.full((3, 3), "", dtype=object)
        for cell in range(3 * i + j + 1):
            filled[divmod(cell, 3)] = f"{out.numpy()[0, :, :, 0][divmod(cell, 3)]:.0f}"
        window = {(i + a, j + b) for a in range(3) for b in range(3)}
        _cells(rows[0, column], np.asarray(image), window)
        _cells(rows[1, column], filled, {(i, j)})
    rows[0, 0].set_ylabel("image")
    rows[1, 0].set_ylabel("output")
    _save(figure, folder / "sliding.png")


def _cells(axes: Any, numbers: Any, marked: set[tuple[int, int]]) -> None:
    high, wide = numbers.shape
    shade = [[1.0 if (row, column) in marked else 0.0 for column in range(wide)] for row in range(high)]
    axes.imshow(shade, cmap="Oranges", vmin=0, vmax=2.2)
    axes.set(
        xticks=np.arange(wide + 1) - 0.5, yticks=np.arange(high + 1) - 0.5, xticklabels=[], yticklabels=[]
    )
    axes.grid(color="0.6")
    axes.tick_params(length=0)
    for row in range(high):
        for column in range(wide):
            axes.text(column, row, str(numbers[row, column]), ha="center", va="center")


def model(folder: Path) -> None:
    """Draw the model of the tour's last stop."""
    import minigrad as mg
    from minigrad import layers

    net = mg.Sequential(
        [
            mg.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu", name="conv2d"),
            layers.MaxPooling2D(name="max_pooling2d"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, name="dense"),
        ]
    )
    mg.utils.plot_model(net, folder / "model.svg", show_shapes=True)


def training(folder: Path) -> None:
    """Train the guide's CNN and draw its learning curves, feature maps, mistakes and saliency."""
    import minigrad as mg
    from minigrad import layers, visualize

    mg.utils.set_random_seed(0)
    (x, y), (x_test, y_test) = mg.datasets.mini_mnist.load_data()
    x, x_test = x[..., None] / np.float32(255), x_test[..., None] / np.float32(255)
    net = mg.Sequential(
        [
            mg.Input((28, 28, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(10),
        ],
        name="digits",
    )
    loss = mg.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    history = net.fit(x, y, batch_size=100, epochs=5, validation_data=(x_test, y_test), verbose=0)
    _save(visualize.learning_curves(history), folder / "learning-curves.png")
    _save(visualize.feature_maps(net, x_test[0]), folder / "feature-maps.png")
    scores = net.predict(x_test, verbose=0)
    worst = visualize.worst_mistakes(x_test, y_test, scores, count=8, from_logits=True)
    _save(worst, folder / "worst-mistakes.png")
    _save(visualize.padding(5, 3, strides=2), folder / "padding.png")


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, dpi=80, metadata={"Software": None})


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for draw in (graph, sliding, model, training):
        draw(FOLDER)
    for made in sorted(FOLDER.iterdir()):
        print(f"{made.stat().st_size:8,} {made.name}")
