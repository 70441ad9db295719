"""The lecture's labs, each with a few steps: the lines that it prints, its pictures, its checkpoints."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

LABS = Path(__file__).parents[2] / "examples" / "labs"
USERS = "lab_10_1_1_softmax"
PARAMETERS = {
    "lab_10_1_1_softmax": "269,322",
    "lab_10_1_2_relu": "269,322",
    "lab_10_2_1_xavier": "269,322",
    "lab_10_2_2_deep": "1,195,018",
    "lab_10_3_dropout": "1,195,018",
    "lab_10_4_batchnorm": "1,203,210",
    "lab_11_1_sequential": "619,786",
    "lab_11_2_functional": "619,786",
    "lab_11_3_subclassing": "619,786",
    "lab_11_5_best": "621,706",
}
DENSE_LINE = (
    r"Epoch: \[ 0\] \[    1/    2\] time: [\d.]+, train_loss: \d\.\d{8}, train_accuracy: \d\.\d{4}, "
    r"test_Accuracy: \d\.\d{4}\n"
)
LINE = r"Epoch: 1 loss = \d\.\d{8} train accuracy =  \d\.\d{4} test accuracy =  \d\.\d{4}\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a lab as ``python lab.py --steps 2 ...`` does, in an empty folder; return what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(LABS))

    def run(name, *arguments):
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *map(str, arguments)])
        runpy.run_path(str(LABS / f"{name}.py"), run_name="__main__")
        return capsys.readouterr().out

    yield run
    for name in [name for name in sys.modules if (LABS / f"{name}.py").is_file()]:
        del sys.modules[name]


def pictures(folder):
    for path in folder.glob("pictures/*.png"):
        assert path.stat().st_size > 5_000
    return sorted(path.name for path in folder.glob("pictures/*.png"))


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name.startswith("lab_10") and name != USERS])
def test_a_dense_network(name, run, tmp_path):
    out = run(name, "--steps", 2)
    assert re.search(DENSE_LINE, out)
    assert f"Total params: {PARAMETERS[name]}" in out
    assert len(pictures(tmp_path)) == 2
    assert list(tmp_path.glob("checkpoints/nn_*/nn_*-2-1.npz"))
    assert list(tmp_path.glob("logs/nn_*/events*"))


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name.startswith("lab_11")])
def test_a_convolutional_network(name, run, tmp_path):
    out = run(name, "--steps", 2, "--epochs", 1)
    assert re.search(LINE + "Learning Finished!", out)
    assert f"Total params: {PARAMETERS[name]}" in out
    assert len(pictures(tmp_path)) == (3 if name == "lab_11_5_best" else 2)
    assert len(list(tmp_path.glob("checkpoints/*/model-1.npz"))) == (2 if name == "lab_11_5_best" else 1)


def test_the_ensemble(run, tmp_path):
    out = run("lab_11_4_ensemble", "--steps", 1)
    assert re.search(LINE, out)
    assert len(re.findall(r"Model \d alone, .*: \d\.\d{4}\n", out)) == 3
    assert re.search(r"All together: \d\.\d{4}", out)
    assert len(pictures(tmp_path)) == 2
    assert len(list(tmp_path.glob("checkpoints/*/model-1.npz"))) == 3


def test_convolution_basics(run, tmp_path):
    out = run("lab_11_0_cnn_basics")
    for result in (
        "(1, 2, 2, 1)\n[[12. 16.]\n [24. 28.]]",
        "[[12. 16.  9.]\n [24. 28. 15.]\n [15. 17.  9.]]",
        "[[120. 160.  90.]\n [240. 280. 150.]\n [150. 170.  90.]]",
        "[[-12. -16.  -9.]\n [-24. -28. -15.]\n [-15. -17.  -9.]]",
        "(1, 1, 1, 1)\n[[[[4.]]]]",
        "(1, 2, 2, 1)\n[[[[4.]\n   [3.]]\n\n  [[2.]\n   [1.]]]]",
        "(1, 14, 14, 5)\n(1, 7, 7, 5)\n",
    ):
        assert result in out
    assert pictures(tmp_path) == ["lab_11_0_convolution.png", "lab_11_0_digit.png"]


def test_it_goes_on_from_its_checkpoint(run):
    fresh = run("lab_10_1_2_relu", "--steps", 4)
    restored = run("lab_10_1_2_relu", "--steps", 4, "--restore")
    assert "[*] Success to read nn_relu-4-1" in restored
    first, second = (float(re.search(r"train_loss: ([\d.]+)", out)[1]) for out in (fresh, restored))
    assert second < 0.9 * first


def test_two_labs_are_the_same_network(run):
    """Written as a Sequential or a functional model, the same seed gives the same bits."""
    lines = [
        run(name, "--steps", 1, "--epochs", 1) for name in ("lab_11_1_sequential", "lab_11_2_functional")
    ]
    first, second = (re.search(LINE, out)[0] for out in lines)
    assert first == second


def test_a_lab_learns(run):
    out = run("lab_10_2_1_xavier", "--steps", 30)
    assert float(re.findall(r"test_Accuracy: ([\d.]+)", out)[-1]) > 0.75


def test_a_lab_as_its_user_runs_it(tmp_path):
    command = [sys.executable, str(LABS / f"{USERS}.py"), "--steps", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(DENSE_LINE, done.stdout)
    assert len(pictures(tmp_path)) == 2


@pytest.mark.parametrize("path", sorted(LABS.glob("*.py")), ids=lambda path: path.stem)
def test_each_says_what_it_teaches_and_what_to_read(path):
    text = path.read_text("utf-8")
    assert re.search(r"^Read beside it: ", text, re.M)
    for named in re.findall(r"minigrad/[\w/]+\.py", text):
        assert (LABS.parents[1] / named).is_file(), named
    if path.stem.startswith("lab"):
        assert "What it teaches: " in text
        assert f"python examples/labs/{path.name}" in text
