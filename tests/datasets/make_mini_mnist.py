"""Make the part of MNIST that minigrad ships, from the four original files.

    python tests/datasets/make_mini_mnist.py FOLDER [OUTPUT]

FOLDER holds the original IDX files, plain or .gz. OUTPUT is the package's folder of data unless given.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from minigrad.datasets import mnist
from minigrad.datasets.idx import write_idx

COUNTS = {"train": 10_000, "test": 2_000}
OUTPUT = Path(__file__).parents[2] / "minigrad" / "datasets" / "data"


def make(source: Path, output: Path) -> None:
    """Write the first images and labels of ``source`` to ``output``, each file compressed."""
    (x_train, y_train), (x_test, y_test) = mnist.load_data(source.resolve())
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    output.mkdir(parents=True, exist_ok=True)
    for key, array in arrays.items():
        count = COUNTS[key.split("_")[1]]
        if len(array) < count:
            raise ValueError(f"{source}: {key} has {len(array)} entries, {count} are needed")
        write_idx(output / f"{mnist.IDX[key]}.gz", array[:count])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Make the part of MNIST that minigrad ships.")
    parser.add_argument("source", type=Path, help="folder of the four original IDX files, plain or .gz")
    parser.add_argument("output", type=Path, nargs="?", default=OUTPUT, help="folder to write to")
    options = parser.parse_args(arguments)
    make(options.source, options.output)


if __name__ == "__main__":
    main()
