"""Let Keras save all models of saving_cases.py, with their outputs, for the tests of loading.

    KERAS_BACKEND=torch python tests/golden/make_saving_golden.py

Made with Keras 3.15.1 on PyTorch 2.13.0.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parents[1]))
from golden.check_saving_with_keras import write

with tempfile.TemporaryDirectory() as folder:
    write(keras, Path(folder))
    with tarfile.open(Path(__file__).with_name("saving.tar.xz"), "w:xz", preset=9) as archive:
        for path in sorted(Path(folder).iterdir()):
            if path.suffix in (".keras", ".npz") or path.name == "cnn.weights.h5":
                archive.add(path, path.name)
