"""Convolutions that can be computed, of any geometry, for property-based tests.

Idea:    stride, padding, dilation, groups and layout are drawn together, so that they fit each other.
Before:  shapes.py, testing/strategies/arrays.py.  Next: testing/strategies/windows.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from minigrad.shapes import Shape, effective_size


@dataclass(frozen=True)
class Conv2DConfig:
    """The shapes and options of one 2-D convolution that can be computed.

    Attributes:
        inputs: The input's shape, (N, H, W, C), or (N, C, H, W) if ``data_format`` says so.
        kernel: The kernel's shape, (KH, KW, C / groups, F).
        strides: (vertical, horizontal).
        padding: ``"valid"`` or ``"same"``.
        dilation_rate: (vertical, horizontal); (1, 1) wherever a stride is not 1.
        groups: How many groups the channels are in.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """

    inputs: Shape
    kernel: Shape
    strides: tuple[int, int]
    padding: str
    dilation_rate: tuple[int, int]
    groups: int
    data_format: str

    @property
    def bias(self) -> Shape:
        """The bias's shape, (F,)."""
        return self.kernel[-1:]


@st.composite
def conv2d_configs(
    draw: st.DrawFn,
    max_batch: int = 2,
    max_size: int = 7,
    max_kernel: int = 3,
    max_stride: int = 3,
    max_dilation: int = 2,
    max_channels: int = 3,
    max_groups: int = 2,
    data_formats: Sequence[str] = ("channels_last", "channels_first"),
) -> Conv2DConfig:
    """Draw a valid `Conv2DConfig`: of any stride, padding, dilation, number of groups and layout.

    Args:
        max_batch: The largest batch. Default 2.
        max_size: The largest height and width. Default 7.
        max_kernel: The largest kernel. Default 3.
        max_stride: The largest stride. Default 3.
        max_dilation: The largest dilation; 1 for none. Default 2.
        max_channels: The largest number of channels in a group, in and out. Default 3.
        max_groups: The largest number of groups; 1 for none. Default 2.
        data_formats: The layouts to draw from. Default: both.

    Example:
        >>> from hypothesis import given
        >>> from minigrad.testing.strategies import conv2d_configs
        >>> @given(conv2d_configs(data_formats=["channels_last"]))
        ... def test_channels_fit(config):
        ...     assert config.inputs[-1] == config.groups * config.kernel[-2]
        >>> test_channels_fit()
    """
    kernel = (draw(st.integers(1, max_kernel)), draw(st.integers(1, max_kernel)))
    strides, dilation = (1, 1), (1, 1)
    if draw(st.booleans()):
        strides = (draw(st.integers(1, max_stride)), draw(st.integers(1, max_stride)))
    else:
        dilation = (draw(st.integers(1, max_dilation)), draw(st.integers(1, max_dilation)))
    padding = draw(st.sampled_from(("valid", "same")))
    spans = [effective_size(size, rate) for size, rate in zip(kernel, dilation, strict=True)]
    least = spans if padding == "valid" else (1, 1)
    height, width = (draw(st.integers(low, max(low, max_size))) for low in least)
    groups = draw(st.integers(1, max_groups))
    channels, filters = (draw(st.integers(1, max_channels)) for _ in range(2))
    batch = draw(st.integers(1, max_batch))
    data_format = draw(st.sampled_from(tuple(data_formats)))
    inputs = (batch, height, width, groups * channels)
    if data_format == "channels_first":
        inputs = (batch, groups * channels, height, width)
    return Conv2DConfig(
        inputs, (*kernel, channels, groups * filters), strides, padding, dilation, groups, data_format
    )
