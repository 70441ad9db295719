"""Layers, under the names of ``keras.layers``."""

from minigrad.layers.activation import ELU, Activation, LeakyReLU, ReLU, Softmax
from minigrad.layers.adaptive_pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
)
from minigrad.layers.augmentation import RandomFlip
from minigrad.layers.color_augmentation import RandomBrightness, RandomContrast
from minigrad.layers.convolution import Conv1D, Conv2D, Convolution1D, Convolution2D
from minigrad.layers.dense import Dense
from minigrad.layers.depthwise import DepthwiseConv1D, DepthwiseConv2D
from minigrad.layers.embedding import Embedding
from minigrad.layers.example_normalization import LayerNormalization, RMSNormalization, UnitNormalization
from minigrad.layers.function import Identity, Lambda
from minigrad.layers.geometric_augmentation import RandomRotation, RandomTranslation, RandomZoom
from minigrad.layers.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAvgPool1D,
    GlobalAvgPool2D,
    GlobalMaxPool1D,
    GlobalMaxPool2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
)
from minigrad.layers.group_normalization import GroupNormalization
from minigrad.layers.input import Input, InputLayer
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.joining import Concatenate, Dot
from minigrad.layers.layer import Layer
from minigrad.layers.merge_functions import (
    add,
    average,
    concatenate,
    dot,
    maximum,
    minimum,
    multiply,
    subtract,
)
from minigrad.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract
from minigrad.layers.noise import AlphaDropout, GaussianDropout, GaussianNoise
from minigrad.layers.normalization import BatchNormalization
from minigrad.layers.padding import Cropping1D, Cropping2D, ZeroPadding1D, ZeroPadding2D
from minigrad.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AvgPool1D,
    AvgPool2D,
    MaxPool1D,
    MaxPool2D,
    MaxPooling1D,
    MaxPooling2D,
)
from minigrad.layers.prelu import PReLU
from minigrad.layers.preprocessing import Normalization, Rescaling
from minigrad.layers.regularization import (
    ActivityRegularization,
    Dropout,
    SpatialDropout1D,
    SpatialDropout2D,
)
from minigrad.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from minigrad.layers.separable import (
    SeparableConv1D,
    SeparableConv2D,
    SeparableConvolution1D,
    SeparableConvolution2D,
)
from minigrad.layers.serialization import FAMILY, deserialize, serialize
from minigrad.layers.transposed_convolution import (
    Conv1DTranspose,
    Conv2DTranspose,
    Convolution1DTranspose,
    Convolution2DTranspose,
)
from minigrad.layers.upsampling import UpSampling1D, UpSampling2D

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "Add",
    "AlphaDropout",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AvgPool1D",
    "AvgPool2D",
    "BatchNormalization",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "RMSNormalization",
    "RandomBrightness",
    "RandomContrast",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "Subtract",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]

FAMILY.known.update(
    {
        _name: globals()[_name]
        for _name in __all__
        if isinstance(globals()[_name], type) and _name != "InputSpec"
    }
)
