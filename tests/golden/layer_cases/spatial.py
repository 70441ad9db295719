"""The spatial layers besides those of the lecture's CNN: 1-D, transposed, separable, global, borders, ..."""

from __future__ import annotations

from typing import Any

IMAGE = (2, 7, 6, 4)
IMAGE_FIRST = (2, 4, 7, 6)
SEQUENCE = (2, 9, 4)
SEQUENCE_FIRST = (2, 4, 9)
FIRST = {"data_format": "channels_first"}

CONVOLUTIONS: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "conv1d": ("Conv1D", {"filters": 5, "kernel_size": 3}, SEQUENCE),
    "conv1d_same_relu": (
        "Conv1D",
        {"filters": 5, "kernel_size": 4, "strides": 2, "padding": "same", "activation": "relu"},
        SEQUENCE,
    ),
    "conv1d_causal": (
        "Conv1D",
        {"filters": 5, "kernel_size": 3, "padding": "causal", "dilation_rate": 2},
        SEQUENCE,
    ),
    "conv1d_causal_strides": (
        "Conv1D",
        {"filters": 5, "kernel_size": 3, "padding": "causal", "strides": 2, "use_bias": False},
        SEQUENCE,
    ),
    "conv1d_groups": ("Conv1D", {"filters": 6, "kernel_size": 3, "groups": 2}, SEQUENCE),
    "conv1d_first": (
        "Conv1D",
        {"filters": 5, "kernel_size": 3, "padding": "same", "activation": "tanh", **FIRST},
        SEQUENCE_FIRST,
    ),
    "conv1d_causal_first": (
        "Conv1D",
        {"filters": 5, "kernel_size": 3, "padding": "causal", **FIRST},
        SEQUENCE_FIRST,
    ),
    "transposed1d": ("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, SEQUENCE),
    "transposed1d_same": (
        "Conv1DTranspose",
        {"filters": 3, "kernel_size": 4, "strides": 3, "padding": "same", "activation": "relu"},
        SEQUENCE,
    ),
    "transposed1d_first": (
        "Conv1DTranspose",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", **FIRST},
        SEQUENCE_FIRST,
    ),
    "transposed": ("Conv2DTranspose", {"filters": 3, "kernel_size": 3}, IMAGE),
    "transposed_strides": ("Conv2DTranspose", {"filters": 3, "kernel_size": (3, 2), "strides": 2}, IMAGE),
    "transposed_strides_same": (
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"},
        IMAGE,
    ),
    "transposed_large_strides": (
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 2, "strides": 3, "use_bias": False},
        IMAGE,
    ),
    "transposed_output_padding": (
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": 1},
        IMAGE,
    ),
    "transposed_output_padding_same": (
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": (1, 0)},
        IMAGE,
    ),
    "transposed_dilation": ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "dilation_rate": 2}, IMAGE),
    "transposed_first": (
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", **FIRST},
        IMAGE_FIRST,
    ),
    "depthwise1d": ("DepthwiseConv1D", {"kernel_size": 3}, SEQUENCE),
    "depthwise1d_same": (
        "DepthwiseConv1D",
        {"kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2},
        SEQUENCE,
    ),
    "depthwise1d_first": ("DepthwiseConv1D", {"kernel_size": 3, **FIRST}, SEQUENCE_FIRST),
    "depthwise": ("DepthwiseConv2D", {"kernel_size": 3}, IMAGE),
    "depthwise_same_relu": (
        "DepthwiseConv2D",
        {"kernel_size": 3, "padding": "same", "depth_multiplier": 2, "activation": "relu"},
        IMAGE,
    ),
    "depthwise_strides": (
        "DepthwiseConv2D",
        {"kernel_size": (2, 3), "strides": 2, "padding": "same", "use_bias": False},
        IMAGE,
    ),
    "depthwise_dilation": ("DepthwiseConv2D", {"kernel_size": 2, "dilation_rate": 2}, IMAGE),
    "depthwise_first": (
        "DepthwiseConv2D",
        {"kernel_size": 3, "depth_multiplier": 3, **FIRST},
        IMAGE_FIRST,
    ),
    "separable1d": ("SeparableConv1D", {"filters": 5, "kernel_size": 3}, SEQUENCE),
    "separable1d_same": (
        "SeparableConv1D",
        {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2},
        SEQUENCE,
    ),
    "separable1d_first": ("SeparableConv1D", {"filters": 5, "kernel_size": 3, **FIRST}, SEQUENCE_FIRST),
    "separable": ("SeparableConv2D", {"filters": 5, "kernel_size": 3, "activation": "relu"}, IMAGE),
    "separable_strides_same": (
        "SeparableConv2D",
        {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2},
        IMAGE,
    ),
    "separable_dilation": (
        "SeparableConv2D",
        {"filters": 5, "kernel_size": 2, "dilation_rate": 2, "use_bias": False},
        IMAGE,
    ),
    "separable_first": (
        "SeparableConv2D",
        {"filters": 5, "kernel_size": 3, "padding": "same", **FIRST},
        IMAGE_FIRST,
    ),
}

POOLINGS: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "max_pool1d": ("MaxPooling1D", {}, SEQUENCE),
    "max_pool1d_same": ("MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}, SEQUENCE),
    "max_pool1d_first": ("MaxPooling1D", {"pool_size": 3, "strides": 1, **FIRST}, SEQUENCE_FIRST),
    "average_pool1d": ("AveragePooling1D", {"pool_size": 3, "strides": 2}, SEQUENCE),
    "average_pool1d_same": ("AveragePooling1D", {"pool_size": 3, "strides": 1, "padding": "same"}, SEQUENCE),
    "average_pool1d_same_one_sided": ("AveragePooling1D", {"pool_size": 2, "padding": "same"}, SEQUENCE),
    "average_pool1d_first": ("AveragePooling1D", {"pool_size": 2, **FIRST}, SEQUENCE_FIRST),
    "global_max1d": ("GlobalMaxPooling1D", {}, SEQUENCE),
    "global_max1d_keep_first": ("GlobalMaxPooling1D", {"keepdims": True, **FIRST}, SEQUENCE_FIRST),
    "global_max": ("GlobalMaxPooling2D", {}, IMAGE),
    "global_max_keep": ("GlobalMaxPooling2D", {"keepdims": True}, IMAGE),
    "global_max_first": ("GlobalMaxPooling2D", FIRST, IMAGE_FIRST),
    "global_average1d": ("GlobalAveragePooling1D", {}, SEQUENCE),
    "global_average1d_keep_first": ("GlobalAveragePooling1D", {"keepdims": True, **FIRST}, SEQUENCE_FIRST),
    "global_average": ("GlobalAveragePooling2D", {}, IMAGE),
    "global_average_keep_first": ("GlobalAveragePooling2D", {"keepdims": True, **FIRST}, IMAGE_FIRST),
    "adaptive_max1d": ("AdaptiveMaxPooling1D", {"output_size": 4}, SEQUENCE),
    "adaptive_max1d_first": ("AdaptiveMaxPooling1D", {"output_size": 3, **FIRST}, SEQUENCE_FIRST),
    "adaptive_max": ("AdaptiveMaxPooling2D", {"output_size": (3, 4)}, IMAGE),
    "adaptive_max_first": ("AdaptiveMaxPooling2D", {"output_size": 2, **FIRST}, IMAGE_FIRST),
    "adaptive_average1d": ("AdaptiveAveragePooling1D", {"output_size": 4}, SEQUENCE),
    "adaptive_average1d_first": ("AdaptiveAveragePooling1D", {"output_size": 3, **FIRST}, SEQUENCE_FIRST),
    "adaptive_average": ("AdaptiveAveragePooling2D", {"output_size": (3, 4)}, IMAGE),
    "adaptive_average_first": ("AdaptiveAveragePooling2D", {"output_size": 2, **FIRST}, IMAGE_FIRST),
}

ARRANGEMENTS: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "zero_padding1d": ("ZeroPadding1D", {"padding": (1, 2)}, SEQUENCE),
    "zero_padding1d_first": ("ZeroPadding1D", {"padding": 2, **FIRST}, SEQUENCE_FIRST),
    "zero_padding": ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}, IMAGE),
    "zero_padding_first": ("ZeroPadding2D", {"padding": (1, 2), **FIRST}, IMAGE_FIRST),
    "cropping1d": ("Cropping1D", {"cropping": (0, 2)}, SEQUENCE),
    "cropping": ("Cropping2D", {"cropping": ((1, 0), (2, 3))}, IMAGE),
    "cropping_first": ("Cropping2D", {"cropping": (3, 1), **FIRST}, IMAGE_FIRST),
    "up_sampling1d": ("UpSampling1D", {"size": 3}, SEQUENCE),
    "up_sampling": ("UpSampling2D", {"size": (2, 3)}, IMAGE),
    "up_sampling_first": ("UpSampling2D", FIRST, IMAGE_FIRST),
    "up_sampling_bilinear": ("UpSampling2D", {"size": (2, 3), "interpolation": "bilinear"}, IMAGE),
    "up_sampling_bilinear_first": ("UpSampling2D", {"interpolation": "bilinear", **FIRST}, IMAGE_FIRST),
    "up_sampling_bilinear_one": ("UpSampling2D", {"size": 3, "interpolation": "bilinear"}, (2, 1, 2, 3)),
    "reshape": ("Reshape", {"target_shape": (6, 28)}, IMAGE),
    "reshape_left": ("Reshape", {"target_shape": (3, -1, 2)}, IMAGE),
    "permute": ("Permute", {"dims": (3, 1, 2)}, IMAGE),
    "repeat_vector": ("RepeatVector", {"n": 3}, (2, 4)),
}

CASES = CONVOLUTIONS | POOLINGS | ARRANGEMENTS
