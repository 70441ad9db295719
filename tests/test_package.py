"""The package's face: every public name is there, and importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import minigrad


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", minigrad.__all__)
def test_every_public_name_is_there(name):
    assert getattr(minigrad, name) is not None
    assert name in dir(minigrad)


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match=r"no attribute 'Tensr'; it has: .*Tensor"):
        minigrad.Tensr  # noqa: B018


def test_star_import_gives_the_public_names():
    assert run("from minigrad import *; print(Tensor([1.0]) + 1.0)") == "[2.]\n"


def test_importing_minigrad_imports_not_even_numpy():
    assert run("import sys, minigrad; print('numpy' in sys.modules)") == "False\n"


def test_using_everything_imports_nothing_heavy():
    code = (
        "import sys, minigrad\n"
        "for name in minigrad.__all__: getattr(minigrad, name)\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    heavy = {"matplotlib", "h5py", "hypothesis", "scipy", "tqdm", "pandas", "tensorboardX"}
    assert not heavy & set(run(code).split())


@pytest.mark.parametrize(
    "module", ["minigrad", "minigrad.losses", "minigrad.layers", "minigrad.ops", "minigrad.random"]
)
def test_tensors_have_their_operators_whatever_is_imported_first(module):
    code = f"import {module}; from minigrad import Tensor; x = Tensor([3.0], requires_grad=True)"
    assert run(f"{code}; (x * x).backward(); print(x.grad)") == "[6.]\n"
