"""The examples, as their user runs them; and the lecture's numbers, one by one."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def load(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments):
    result = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def basics():
    return load("convolution_basics")


def test_the_dense_formula(basics):
    assert basics.dense() == [4.0, 5.0]


def test_the_one_dimensional_convolution(basics):
    assert basics.one_dimensional() == [1 + 20 + 300, 2 + 30 + 400]


def test_the_sliding_example(basics):
    assert basics.sliding() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_six_filters_over_an_image(basics):
    assert basics.six_filters() == ((1, 28, 28, 6), 75)


def test_valid_and_same(basics):
    assert basics.plane(basics.convolve("VALID", 1.0)) == [[12, 16], [24, 28]]
    assert basics.plane(basics.convolve("SAME", 1.0)) == [[12, 16, 9], [24, 28, 15], [15, 17, 9]]


def test_three_filters(basics):
    result = basics.convolve("SAME", 1.0, 10.0, -1.0)
    one = [[12, 16, 9], [24, 28, 15], [15, 17, 9]]
    assert basics.plane(result, 0) == one
    assert basics.plane(result, 1) == [[10 * value for value in row] for row in one]
    assert basics.plane(result, 2) == [[-value for value in row] for row in one]


def test_max_pooling(basics):
    assert basics.pool("VALID") == [[4]]
    assert basics.pool("SAME") == [[4, 3], [2, 1]]


def test_convolution_basics_prints_all_of_it(tmp_path):
    out = run(EXAMPLES / "convolution_basics.py", "--pictures", tmp_path)
    assert "The sliding example: [[4, 3, 4], [2, 4, 3], [2, 3, 4]]" in out
    assert "stride 2 -> 3" in out
    assert "keeps 7 -> 7" in out
    assert (tmp_path / "convolution_basics.png").stat().st_size > 10_000


def test_lecture_cnn_with_few_steps(tmp_path):
    out = run(EXAMPLES / "lecture_cnn.py", "--epochs", 1, "--steps", 3, "--pictures", tmp_path)
    assert "Total params: 619,786" in out
    accuracy = float(re.search(r"Test accuracy ([\d.]+)", out).group(1))
    assert 0 <= accuracy <= 1
    assert {path.name for path in tmp_path.glob("*.png")} == {
        "learning_curves.png",
        "kernels.png",
        "feature_maps.png",
    }


def test_lecture_cnn_learns(tmp_path):
    """A third of an epoch already tells the digits apart; the full run is the README's first command."""
    out = run(EXAMPLES / "lecture_cnn.py", "--epochs", 1, "--steps", 40, "--pictures", tmp_path)
    assert float(re.search(r"Test accuracy ([\d.]+)", out).group(1)) > 0.8
