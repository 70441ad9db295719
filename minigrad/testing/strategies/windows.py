"""Inputs and options of layers that slide windows over sequences and images, drawn so that they fit.

Before:  testing/strategies/convolutions.py.  Next: testing/strategies/layer_table.py.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from minigrad.shapes import Shape, effective_size

Case = tuple[dict[str, Any], Any]
"""The arguments of a layer's constructor, and the shape (or array, or list of these) to call it on."""

Entry = st.SearchStrategy[Case]

ACTIVATIONS = st.sampled_from([None, "linear", "relu", "tanh", "sigmoid", "softplus", "gelu"])
PENALTIES = st.sampled_from([None, "l1", "l2"])
FORMATS = st.sampled_from(["channels_last", "channels_first"])
SIZE = st.integers(1, 3)


def laid_out(spatial: Shape, channels: int, data_format: str, batch: int) -> Shape:
    """Return the shape of a batch in one of the two layouts."""
    rest = (*spatial, channels) if data_format == "channels_last" else (channels, *spatial)
    return (batch, *rest)


@st.composite
def images(
    draw: st.DrawFn,
    /,
    rank: int,
    data_format: bool = True,
    sizes: st.SearchStrategy[int] | None = None,
    channels: st.SearchStrategy[int] | None = None,
    **arguments: st.SearchStrategy[Any],
) -> Case:
    """Draw the arguments of a layer, each by itself, and a batch of sequences (rank 1) or images (rank 2).

    Args:
        rank: The number of spatial axes.
        data_format: Whether the layer takes a data_format. Default True.
        sizes: Of a spatial axis. Default: 1 to 4.
        channels: Their number. Default: 1 to 3.
        **arguments: A strategy for each.
    """
    size = st.integers(1, 4) if sizes is None else sizes
    spatial = tuple(draw(size) for _ in range(rank))
    options = {name: draw(strategy) for name, strategy in arguments.items()}
    if data_format:
        options["data_format"] = draw(FORMATS)
    layout = options.get("data_format", "channels_last")
    return options, laid_out(spatial, draw(SIZE if channels is None else channels), layout, draw(SIZE))


@st.composite
def pooling(draw: st.DrawFn, rank: int) -> Case:
    """Draw the arguments of a pooling layer, and an input that its windows fit into."""
    window = tuple(draw(SIZE) for _ in range(rank))
    options: dict[str, Any] = {
        "pool_size": window if rank > 1 else window[0],
        "strides": draw(st.none() | SIZE),
        "padding": draw(st.sampled_from(["valid", "same", "SAME"])),
        "data_format": draw(FORMATS),
    }
    least = window if options["padding"] == "valid" else (1,) * rank
    spatial = tuple(draw(st.integers(size, 5)) for size in least)
    return options, laid_out(spatial, draw(SIZE), options["data_format"], draw(st.integers(1, 2)))


@st.composite
def convolution(
    draw: st.DrawFn,
    /,
    rank: int,
    kernel: str = "kernel",
    grouped: bool = False,
    grows: bool = False,
    **more: Any,
) -> Case:
    """Draw the arguments of a layer that convolves, and an input that its kernel fits into.

    Args:
        rank: The number of spatial axes.
        kernel: What its kernel's arguments begin with. Default "kernel".
        grouped: Whether it takes ``groups``. Default False.
        grows: Whether the input may be smaller than the kernel, as for a transposed convolution.
        **more: Strategies for further arguments.
    """
    sizes = tuple(draw(SIZE) for _ in range(rank))
    strided = draw(st.booleans())
    dilation = 1 if strided else draw(st.integers(1, 2))
    options: dict[str, Any] = {
        "kernel_size": sizes if rank > 1 else sizes[0],
        "strides": draw(SIZE) if strided else 1,
        "dilation_rate": dilation,
        "padding": draw(st.sampled_from(["valid", "same"])),
        "data_format": draw(FORMATS),
        "activation": draw(ACTIVATIONS),
        "use_bias": draw(st.booleans()),
        f"{kernel}_regularizer": draw(PENALTIES),
        "activity_regularizer": draw(PENALTIES),
    }
    groups = draw(st.integers(1, 2)) if grouped else 1
    if grouped:
        options["groups"] = groups
    options |= {name: draw(strategy) for name, strategy in more.items()}
    if "filters" in options:
        options["filters"] *= groups
    fits = grows or options["padding"] == "same"
    least = [1 if fits else effective_size(size, dilation) for size in sizes]
    spatial = tuple(draw(st.integers(size, max(size, 4))) for size in least)
    channels = groups * draw(st.integers(1, 2))
    return options, laid_out(spatial, channels, options["data_format"], draw(st.integers(1, 2)))


@st.composite
def transposed(draw: st.DrawFn, rank: int) -> Case:
    """Draw the arguments of a transposed convolution, and an input."""
    options, shape = draw(convolution(rank, grows=True, filters=SIZE))
    if options["strides"] > 1:
        options["output_padding"] = draw(st.none() | st.integers(0, options["strides"] - 1))
    return options, shape
