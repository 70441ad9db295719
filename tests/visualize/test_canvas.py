"""What all pictures share: figures without pyplot, a clear error without matplotlib."""

import gc
import subprocess
import sys
import weakref

import matplotlib.figure
import pytest

import minigrad as mg
from minigrad.visualize.canvas import grid_size, new_figure, shown_of

CURVES = {"loss": [2.0, 1.0]}


@pytest.fixture
def no_matplotlib(monkeypatch):
    monkeypatch.delitem(sys.modules, "minigrad.visualize.figure", raising=False)
    monkeypatch.delattr("minigrad.visualize.figure", raising=False)
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)


def test_figures_are_matplotlibs_and_nobody_keeps_them():
    figure = mg.visualize.learning_curves(CURVES)
    assert isinstance(figure, matplotlib.figure.Figure)
    gone = weakref.ref(figure)
    del figure
    gc.collect()
    assert gone() is None


def test_pyplot_is_not_even_imported(tmp_path):
    code = (
        "import sys, minigrad as mg\n"
        "mg.visualize.learning_curves({'loss': [2.0, 1.0]}).savefig(sys.argv[1])\n"
        "mg.visualize.sliding_window().frame(0)\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    path = tmp_path / "curves.png"
    result = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"
    assert path.stat().st_size > 5_000


def test_importing_the_package_imports_no_matplotlib():
    code = "import sys, minigrad.visualize, minigrad.visualize.kernels; print('matplotlib' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_a_notebook_shows_a_png():
    data = new_figure(2, 1)._repr_png_()
    assert data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: mg.visualize.learning_curves(CURVES),
        lambda: mg.visualize.padding(5),
        lambda: mg.visualize.sliding_window().frame(0),
        lambda: mg.visualize.confusion_matrix([0, 1], [1, 1]),
        lambda: mg.visualize.sliding_window().to_gif(),
    ],
)
def test_without_matplotlib_it_says_what_to_install(no_matplotlib, draw):
    with pytest.raises(ImportError, match=r"draws with matplotlib, .*: pip install minigrad\[plot\]"):
        draw()


def test_what_needs_no_matplotlib_works_without(no_matplotlib, tmp_path):
    model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(2)])
    mg.utils.plot_model(model, tmp_path / "model.svg")
    mg.utils.plot_model(model, tmp_path / "model.dot")
    with pytest.raises(ImportError, match=r"model.png: .* pip install minigrad\[plot\], or write an .svg"):
        mg.utils.plot_model(model, tmp_path / "model.png")
    assert mg.visualize.sliding_window().output.shape == (3, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.dot", "model.svg"]


def test_grids_and_counts():
    assert grid_size(1, 8) == (1, 1)
    assert grid_size(17, 8) == (3, 6)
    assert shown_of(3, 10, "kernels") == "first 3 of 10 kernels"
