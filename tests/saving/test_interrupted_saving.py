"""A process that is killed while it writes leaves the file that was there."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

import minigrad as mg
from minigrad.saving import archive

PROGRAM = """
import sys
import minigrad as mg
model = mg.Sequential([mg.Input((100,)), mg.layers.Dense(2000), mg.layers.Dense(100)])
print("ready", flush=True)
number = 0
while True:
    number += 1
    model.set_weights([weight * 0 + number for weight in model.get_weights()])
    if sys.argv[1].endswith(".keras"):
        model.save(sys.argv[1])
    else:
        model.save_weights(sys.argv[1])
    print(number, flush=True)
"""


@pytest.mark.parametrize("name", ["m.keras", "w.weights.h5", "w.npz"])
def test_a_killed_process_leaves_a_whole_file(name, tmp_path):
    path = tmp_path / name
    model = mg.Sequential([mg.Input((100,)), mg.layers.Dense(2000), mg.layers.Dense(100)])
    for delay in (0.003, 0.011):
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, path], stdout=subprocess.PIPE, text=True)
        with process:
            assert process.stdout is not None
            for _ in range(3):  # two files are whole
                line = process.stdout.readline()
            time.sleep(delay)
            process.kill()
        assert line == "2\n"
        loaded = mg.saving.load_model(path) if name.endswith(".keras") else model
        if loaded is model:
            model.load_weights(path)
        values = {float(value) for weight in loaded.get_weights() for value in np.unique(weight)}
        assert len(values) == 1  # all of one time
        assert values.pop() >= 2.0


def test_an_error_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    model = mg.Sequential([mg.Input((2,)), mg.layers.Dense(2)])
    for path, zipped in ((tmp_path / "m.keras", True), (tmp_path / "folder", False)):
        model.save(path, zipped=zipped)
        old = mg.saving.load_model(path).get_weights()[0]
        model.set_weights([weight + 1 for weight in model.get_weights()])

        def fails(*args):
            raise OSError("no space left")

        with monkeypatch.context() as patch:
            patch.setattr(zipfile.ZipFile, "writestr", fails)
            patch.setattr(archive.Path, "write_bytes", fails)
            with pytest.raises(OSError, match="no space left"):
                model.save(path, zipped=zipped)
        np.testing.assert_array_equal(mg.saving.load_model(path).get_weights()[0], old)
        assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []
