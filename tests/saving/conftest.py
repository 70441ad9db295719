"""The files that Keras saved, unpacked."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden" / "saving.tar.xz"


@pytest.fixture(scope="session")
def keras_files(tmp_path_factory):
    """Return a folder with what make_saving_golden.py wrote."""
    folder = tmp_path_factory.mktemp("keras")
    with tarfile.open(GOLDEN) as archive:
        archive.extractall(folder, filter="data")
    return folder
