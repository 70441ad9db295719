"""The layers, arguments and inputs whose outputs and gradients are compared with Keras's.

Each file of this folder has a table ``CASES`` of (layer, arguments, shape of the input) by name, and beside
it a file of the same name with Keras's numbers. Used by make_layers_golden.py (with Keras) and by
tests/layers/test_golden.py (with minigrad), so that both compute exactly the same: inputs, weights and the
output's gradient come from NumPy's generator with a fixed seed.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
FAMILIES = sorted(path.stem for path in FOLDER.glob("*.py") if path.name != "__init__.py")

Case = tuple[str, dict[str, Any], Any]


def cases(family: str) -> dict[str, Case]:
    """Return a family's table."""
    return importlib.import_module(f"{__name__}.{family}").CASES


def golden(family: str) -> Path:
    """Return the path of a family's numbers."""
    return FOLDER / f"{family}.npz"


def numbers(name: str, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Return float32 arrays of these shapes, always the same for the same case."""
    generator = np.random.default_rng(list(name.encode()))
    return [generator.normal(size=shape).astype(np.float32) for shape in shapes]
