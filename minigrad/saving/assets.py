"""Files that layers of one's own keep besides their weights, such as a vocabulary.

Idea:    a layer that has ``save_assets(folder)`` writes what it likes into a folder, and ``load_assets``
         reads it from one. The archive holds these files under the layer's path.
Before:  saving/state.py, saving/archive.py.  Next: saving/models.py.
Source:  ``save_assets`` and ``load_assets`` of ``keras.layers.Layer``.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from minigrad.errors import DataFileError
from minigrad.saving.state import Part


def collect_assets(parts: list[Part]) -> dict[str, bytes]:
    """Return the files that the parts' ``save_assets`` write, by their names in the archive."""
    import tempfile  # late: most models have no such files

    found: dict[str, bytes] = {}
    for path, owner in parts:
        if hasattr(owner, "save_assets"):
            with tempfile.TemporaryDirectory() as folder:
                owner.save_assets(folder)
                for file in sorted(Path(folder).rglob("*")):
                    if file.is_file():
                        name = PurePosixPath("assets", path, file.relative_to(folder).as_posix())
                        found[str(name)] = file.read_bytes()
    return found


def load_assets(name: str, parts: list[Part], members: dict[str, bytes]) -> None:
    """Hand the files of an archive to the parts' ``load_assets``.

    Args:
        name: What to call the archive in errors.
        parts: What the model consists of.
        members: The archive's members.

    Raises:
        DataFileError: If a file's name leads out of the folder.
    """
    import tempfile

    for path, owner in parts:
        if hasattr(owner, "load_assets"):
            start = str(PurePosixPath("assets", path)) + "/"
            with tempfile.TemporaryDirectory() as folder:
                for member, content in members.items():
                    if member.startswith(start):
                        _write(name, Path(folder), member.removeprefix(start), content)
                owner.load_assets(folder)


def _write(name: str, folder: Path, member: str, content: bytes) -> None:
    steps = PurePosixPath(member).parts
    if ".." in steps or "\\" in member or ":" in member or PurePosixPath(member).is_absolute():
        raise DataFileError(f"{name}: the name of its asset {member!r} leads out of the folder of assets")
    target = folder.joinpath(*steps)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
