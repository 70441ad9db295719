"""Layers, under the names of ``keras.layers``."""

from minigrad.layers.activation import Activation, ReLU, Softmax
from minigrad.layers.convolution import Conv2D, Convolution2D
from minigrad.layers.dense import Dense
from minigrad.layers.input import Input, InputLayer
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.pooling import AveragePooling2D, AvgPool2D, MaxPool2D, MaxPooling2D
from minigrad.layers.regularization import Dropout
from minigrad.layers.reshaping import Flatten

__all__ = [
    "Activation",
    "AveragePooling2D",
    "AvgPool2D",
    "Conv2D",
    "Convolution2D",
    "Dense",
    "Dropout",
    "Flatten",
    "Input",
    "InputLayer",
    "InputSpec",
    "Layer",
    "MaxPool2D",
    "MaxPooling2D",
    "ReLU",
    "Softmax",
]
