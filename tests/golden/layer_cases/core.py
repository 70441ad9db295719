"""The layers of the lecture's CNN."""

from __future__ import annotations

from typing import Any

IMAGE = (2, 7, 6, 4)

CASES: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "dense": ("Dense", {"units": 3}, (4, 5)),
    "dense_no_bias": ("Dense", {"units": 3, "use_bias": False, "activation": "tanh"}, (4, 5)),
    "dense_rank_3": ("Dense", {"units": 3, "activation": "softmax"}, (2, 4, 5)),
    "conv": ("Conv2D", {"filters": 6, "kernel_size": 3}, IMAGE),
    "conv_same_relu": (
        "Conv2D",
        {"filters": 6, "kernel_size": 3, "padding": "same", "activation": "relu"},
        IMAGE,
    ),
    "conv_even_same": ("Conv2D", {"filters": 5, "kernel_size": (2, 4), "padding": "same"}, IMAGE),
    "conv_strides": ("Conv2D", {"filters": 5, "kernel_size": 3, "strides": 2}, IMAGE),
    "conv_strides_same": (
        "Conv2D",
        {"filters": 5, "kernel_size": 3, "strides": (2, 3), "padding": "same"},
        IMAGE,
    ),
    "conv_large_strides": (
        "Conv2D",
        {"filters": 3, "kernel_size": 2, "strides": 4, "padding": "same"},
        IMAGE,
    ),
    "conv_dilation": ("Conv2D", {"filters": 5, "kernel_size": 3, "dilation_rate": (2, 1)}, IMAGE),
    "conv_dilation_same": (
        "Conv2D",
        {"filters": 5, "kernel_size": 3, "dilation_rate": 2, "padding": "same", "activation": "sigmoid"},
        IMAGE,
    ),
    "conv_groups": ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 2, "activation": "relu"}, IMAGE),
    "conv_depthwise_groups": (
        "Conv2D",
        {"filters": 8, "kernel_size": 3, "groups": 4, "padding": "same"},
        IMAGE,
    ),
    "conv_1x1": ("Conv2D", {"filters": 7, "kernel_size": 1, "use_bias": False}, IMAGE),
    "conv_channels_first": (
        "Conv2D",
        {
            "filters": 5,
            "kernel_size": 3,
            "data_format": "channels_first",
            "padding": "same",
            "activation": "relu",
        },
        (2, 4, 7, 6),
    ),
    "max_pool": ("MaxPooling2D", {}, IMAGE),
    "max_pool_same": ("MaxPooling2D", {"padding": "same"}, IMAGE),
    "max_pool_overlap": ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    "max_pool_first": ("MaxPooling2D", {"pool_size": (2, 3), "data_format": "channels_first"}, (2, 4, 7, 6)),
    "average_pool": ("AveragePooling2D", {"pool_size": 2}, IMAGE),
    "average_pool_same": ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    "average_pool_first": (
        "AveragePooling2D",
        {"pool_size": 2, "data_format": "channels_first"},
        (2, 4, 7, 6),
    ),
    "relu": ("ReLU", {}, (3, 8)),
    "relu_general": ("ReLU", {"max_value": 1.0, "negative_slope": 0.2, "threshold": 0.3}, (3, 8)),
    "activation_gelu": ("Activation", {"activation": "gelu"}, (3, 8)),
    "softmax": ("Softmax", {}, (3, 8)),
    "softmax_axis": ("Softmax", {"axis": 1}, (3, 4, 5)),
    "flatten": ("Flatten", {}, IMAGE),
    "flatten_first": ("Flatten", {"data_format": "channels_first"}, (2, 4, 7, 6)),
}
