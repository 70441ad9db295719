"""Normalization, merging, activations with weights, preprocessing, and augmentation without chance.

Made with Keras on TensorFlow, but for the rotations, translations and zooms, which are PyTorch's: Keras on
PyTorch refuses a LayerNormalization of axis 1, and TensorFlow wraps around an image's edge in another way.
"""

from __future__ import annotations

from typing import Any

IMAGE = (2, 7, 6, 4)
FIRST = (2, 4, 7, 6)
PAIR = [(3, 4, 5), (3, 4, 5)]

CASES: dict[str, tuple[str, dict[str, Any], Any]] = {
    # in inference; training is compared in tests/layers/test_normalization.py
    "batch_normalization": ("BatchNormalization", {}, IMAGE),
    "batch_normalization_rows": ("BatchNormalization", {"epsilon": 0.1}, (5, 3)),
    "batch_normalization_first": ("BatchNormalization", {"axis": 1}, FIRST),
    "batch_normalization_no_scale": ("BatchNormalization", {"scale": False}, IMAGE),
    "batch_normalization_no_center": ("BatchNormalization", {"center": False, "axis": 2}, IMAGE),
    "layer_normalization": ("LayerNormalization", {}, IMAGE),
    "layer_normalization_axes": ("LayerNormalization", {"axis": [1, 3], "epsilon": 0.01}, (2, 4, 3, 5)),
    "layer_normalization_axis": ("LayerNormalization", {"axis": 1, "center": False}, (2, 4, 5)),
    "layer_normalization_plain": ("LayerNormalization", {"center": False, "scale": False}, (4, 6)),
    "group_normalization": ("GroupNormalization", {"groups": 2}, IMAGE),
    "group_normalization_first": ("GroupNormalization", {"groups": 2, "axis": 1, "epsilon": 0.1}, FIRST),
    "group_normalization_one": ("GroupNormalization", {"groups": 1, "scale": False}, (3, 5, 4)),
    "group_normalization_each": ("GroupNormalization", {"groups": -1, "center": False}, (3, 5, 4)),
    "group_normalization_rows": ("GroupNormalization", {"groups": 3}, (4, 6)),
    "rms_normalization": ("RMSNormalization", {}, (3, 4, 5)),
    "rms_normalization_axes": ("RMSNormalization", {"axis": [1, 2], "epsilon": 0.1}, (3, 4, 5)),
    "unit_normalization": ("UnitNormalization", {}, (3, 4, 5)),
    "unit_normalization_axes": ("UnitNormalization", {"axis": [1, 2]}, (3, 4, 5)),
    "add": ("Add", {}, PAIR),
    "add_three": ("Add", {}, [(3, 4, 5), (3, 1, 5), (3, 4, 1)]),
    "add_ranks": ("Add", {}, [(3, 5), (3, 4, 5)]),
    "subtract": ("Subtract", {}, PAIR),
    "multiply": ("Multiply", {}, PAIR),
    "multiply_ranks": ("Multiply", {}, [IMAGE, (2, 4)]),
    "average": ("Average", {}, [*PAIR, (3, 4, 5)]),
    "maximum": ("Maximum", {}, [*PAIR, (3, 4, 5)]),
    "minimum": ("Minimum", {}, [*PAIR, (3, 4, 5)]),
    "concatenate": ("Concatenate", {}, [(3, 4, 5), (3, 4, 2)]),
    "concatenate_axis": ("Concatenate", {"axis": 1}, [(3, 4, 5), (3, 2, 5), (3, 1, 5)]),
    "dot": ("Dot", {"axes": 1}, [(3, 5), (3, 5)]),
    "dot_matrices": ("Dot", {"axes": (2, 1)}, [(3, 4, 5), (3, 5, 2)]),
    "dot_negative": ("Dot", {"axes": (-2, -1)}, [(2, 3, 2), (2, 4, 5, 3)]),
    "dot_mixed": ("Dot", {"axes": (1, 2)}, [(3, 5), (3, 4, 5)]),
    "dot_normalized": ("Dot", {"axes": -1, "normalize": True}, [(3, 4, 5), (3, 2, 5)]),
    "leaky_relu": ("LeakyReLU", {}, (3, 8)),
    "leaky_relu_slope": ("LeakyReLU", {"negative_slope": 0.1}, (3, 8)),
    "elu": ("ELU", {}, (3, 8)),
    "elu_alpha": ("ELU", {"alpha": 0.5}, (3, 8)),
    "prelu": ("PReLU", {}, (3, 4, 5)),
    "prelu_shared": ("PReLU", {"shared_axes": [1, 2]}, IMAGE),
    "identity": ("Identity", {}, (3, 4)),
    "rescaling": ("Rescaling", {"scale": 0.5, "offset": -1.0}, IMAGE),
    "rescaling_channels": (
        "Rescaling",
        {"scale": [1.0, 2.0, 3.0, 4.0], "offset": [1.0, 0.0, 0.0, 2.0]},
        IMAGE,
    ),
    "normalization_given": (
        "Normalization",
        {"mean": [0.5, -1.0, 2.0], "variance": [4.0, 0.25, 1.0]},
        (4, 3),
    ),
    "normalization_one": ("Normalization", {"axis": None, "mean": 3.0, "variance": 2.0}, (2, 4, 3)),
    "normalization_inverted": (
        "Normalization",
        {"axis": 1, "mean": [0.5, -1.0], "variance": [4.0, 0.25], "invert": True},
        (4, 2, 3),
    ),
    "rotation": ("RandomRotation", {"factor": (0.1, 0.1)}, IMAGE),
    "rotation_nearest": (
        "RandomRotation",
        {"factor": (-0.2, -0.2), "fill_mode": "nearest", "interpolation": "nearest"},
        IMAGE,
    ),
    "rotation_constant": (
        "RandomRotation",
        {"factor": (0.4, 0.4), "fill_mode": "constant", "fill_value": 2.0},
        IMAGE,
    ),
    "rotation_wrap": ("RandomRotation", {"factor": (0.15, 0.15), "fill_mode": "wrap"}, IMAGE),
    "rotation_first": ("RandomRotation", {"factor": (0.1, 0.1), "data_format": "channels_first"}, FIRST),
    "translation": (
        "RandomTranslation",
        {"height_factor": (0.2, 0.2), "width_factor": (-0.7, -0.7)},
        IMAGE,
    ),
    "translation_wrap": (
        "RandomTranslation",
        {"height_factor": (-0.3, -0.3), "width_factor": (0.9, 0.9), "fill_mode": "wrap"},
        IMAGE,
    ),
    "translation_constant_first": (
        "RandomTranslation",
        {
            "height_factor": (-0.3, -0.3),
            "width_factor": (0.2, 0.2),
            "fill_mode": "constant",
            "fill_value": -1.0,
            "data_format": "channels_first",
        },
        FIRST,
    ),
    "zoom_in": ("RandomZoom", {"height_factor": (-0.4, -0.4)}, IMAGE),
    "zoom_out": (
        "RandomZoom",
        {"height_factor": (0.7, 0.7), "width_factor": (0.2, 0.2), "fill_mode": "nearest"},
        IMAGE,
    ),
    "zoom_nearest": (
        "RandomZoom",
        {"height_factor": (0.33, 0.33), "width_factor": (-0.21, -0.21), "interpolation": "nearest"},
        IMAGE,
    ),
    "brightness": ("RandomBrightness", {"factor": (0.1, 0.1), "value_range": (-1.0, 1.0)}, IMAGE),
}
