"""The three settings that Keras keeps in one place: float type, epsilon and image layout.

Idea:    a default that many functions share is asked for, not copied.
Before:  shapes.py.  Next: autodiff/node.py.
Source:  Keras's ``keras/src/backend/config.py``; the lecture's "``image_data_format`` in the Keras
         config file ``~/.keras/keras.json``".
"""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Literal

DataFormat = Literal["channels_last", "channels_first"]

_FLOAT_TYPES = ("float16", "float32", "float64")
_DATA_FORMATS = ("channels_last", "channels_first")


def keras_home() -> Path:
    """Return Keras's folder: the environment variable ``KERAS_HOME``, else ``~/.keras``."""
    given = os.environ.get("KERAS_HOME")
    return Path(given) if given else Path.home() / ".keras"


def _check(name: str, value: object, accepted: tuple[str, ...]) -> str:
    if value not in accepted:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, accepted))}; got {value!r}")
    return str(value)


def _from_file() -> dict[str, object]:
    """Return the settings of ``keras.json``; a file that can't be used is named in a warning."""
    path = keras_home() / "keras.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(settings, dict):
            raise ValueError("it is not a JSON object")
        _check("floatx", settings.get("floatx", "float32"), _FLOAT_TYPES)
        _check("image_data_format", settings.get("image_data_format", "channels_last"), _DATA_FORMATS)
        float(settings.get("epsilon", 1e-7))
    except OSError:  # no such file, or not ours to read: the defaults hold
        return {}
    except (ValueError, TypeError) as error:
        warnings.warn(f"{path} is ignored: {error}", stacklevel=2)
        return {}
    return settings


_settings = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"} | _from_file()


def floatx() -> str:
    """Return the default float type, ``"float32"`` unless it was set.

    Source: ``keras.config.floatx``.

    Example:
        >>> floatx()
        'float32'
    """
    return str(_settings["floatx"])


def set_floatx(value: str) -> None:
    """Set the default float type: ``"float16"``, ``"float32"`` or ``"float64"``.

    Raises:
        ValueError: For any other value.
    """
    _settings["floatx"] = _check("floatx", value, _FLOAT_TYPES)


def epsilon() -> float:
    """Return the fuzz factor that keeps logarithms and divisions finite, 1e-7 unless it was set.

    Source: ``keras.config.epsilon``.
    """
    return float(_settings["epsilon"])  # type: ignore[arg-type]


def set_epsilon(value: float) -> None:
    """Set the fuzz factor.

    Raises:
        ValueError: If it isn't a positive number.
    """
    if not value > 0:
        raise ValueError(f"epsilon must be a positive number; got {value!r}")
    _settings["epsilon"] = float(value)


def image_data_format() -> DataFormat:
    """Return the default layout of images: ``"channels_last"`` (N, H, W, C) unless it was set.

    Source: ``keras.config.image_data_format``.

    Example:
        >>> image_data_format()
        'channels_last'
    """
    return _settings["image_data_format"]  # type: ignore[return-value]


def set_image_data_format(value: DataFormat) -> None:
    """Set the default layout of images: ``"channels_last"`` or ``"channels_first"``.

    Raises:
        ValueError: For any other value.
    """
    _settings["image_data_format"] = _check("image_data_format", value, _DATA_FORMATS)


def standardize_data_format(name: str, data_format: str | None) -> DataFormat:
    """Return ``data_format`` checked; None means `image_data_format()`.

    Raises:
        ValueError: If it is neither None nor one of the two layouts.

    Example:
        >>> standardize_data_format("Conv2D", None)
        'channels_last'
    """
    if data_format is None:
        return image_data_format()
    lowered = data_format.lower() if isinstance(data_format, str) else data_format
    return _check(f"{name}: data_format", lowered, _DATA_FORMATS)  # type: ignore[return-value]
