"""Hypothesis strategies for those who test ops and layers of their own."""

from minigrad.testing.strategies.arrays import arrays, broadcastable_shapes, shapes
from minigrad.testing.strategies.convolutions import Conv2DConfig, conv2d_configs
from minigrad.testing.strategies.layers import layers

__all__ = ["Conv2DConfig", "arrays", "broadcastable_shapes", "conv2d_configs", "layers", "shapes"]
