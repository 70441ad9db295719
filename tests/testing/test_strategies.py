"""The strategies draw what they say, and all of it now and then."""

import numpy as np
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import UnknownNameError
from minigrad.shapes import window_output, window_padding
from minigrad.testing.strategies import arrays, broadcastable_shapes, conv2d_configs, layers, shapes


@given(shapes(1, 3, 0, 5), shapes(2, 2, 2, 2), shapes(0, 2, 1, 1), shapes(1, 2, 0, 0))
def test_shapes_keep_their_bounds(any_shape, fixed, ones, zeros):
    assert 1 <= len(any_shape) <= 3
    assert all(0 <= size <= 5 for size in any_shape)
    assert fixed == (2, 2)
    assert set(ones) <= {1}
    assert set(zeros) == {0}


@pytest.mark.parametrize(
    "wanted",
    [lambda s: s == (), lambda s: 0 in s, lambda s: 1 in s, lambda s: len(s) == 3 and min(s) == 4],
)
def test_every_kind_of_shape_is_drawn(wanted):
    find(shapes(), wanted)


@given(broadcastable_shapes(count=3))
def test_broadcastable_shapes_broadcast(drawn):
    assert len(drawn) == 3
    np.broadcast_shapes(*drawn)


def test_broadcastable_shapes_differ_in_all_ways():
    find(broadcastable_shapes(), lambda pair: len(pair[0]) != len(pair[1]))
    find(
        broadcastable_shapes(), lambda pair: (1 in pair[0]) and 3 in pair[1] and len(pair[0]) == len(pair[1])
    )
    find(broadcastable_shapes(), lambda pair: 0 in np.broadcast_shapes(*pair))


@given(
    arrays((3, 4), low=-1.0, high=2.0, away_from=[0.0, 1.0], margin=0.1),
    arrays(shapes(), dtype=np.float32),
)
def test_arrays_keep_their_bounds_and_margins(x, y):
    assert x.shape == (3, 4)
    assert x.dtype == np.float64
    assert ((x >= -1.0) & (x <= 2.0)).all()
    assert (np.abs(x) >= 0.1).all()
    assert (np.abs(x - 1.0) >= 0.1).all()
    assert y.dtype == np.float32
    assert (np.abs(y) <= 3.0).all()


@given(arrays((12,), separation=0.1, away_from=[0.5], margin=0.2))
def test_separated_values_keep_their_distance(x):
    values = np.sort(x)
    assert np.diff(values).min() >= 0.1
    assert (np.abs(x - 0.5) >= 0.2).all()
    assert -3.0 <= values[0] < values[-1] <= 3.0


@given(st.data())
def test_what_does_not_fit_is_refused(data):
    with pytest.raises(ValueError, match=r"100 values at distances of 0\.5 do not fit"):
        data.draw(arrays((100,), separation=0.5))
    with pytest.raises(ValueError, match="no room"):
        data.draw(arrays((3,), low=-0.1, high=0.1, away_from=[0.0], margin=0.2))


@given(conv2d_configs())
def test_convolutions_can_be_computed(config):
    last = config.data_format == "channels_last"
    spatial = config.inputs[1:3] if last else config.inputs[2:]
    channels = config.inputs[3] if last else config.inputs[1]
    padding = window_padding(
        "test", spatial, config.kernel[:2], config.strides, config.padding, config.dilation_rate
    )
    output = window_output(spatial, config.kernel[:2], config.strides, padding, config.dilation_rate)
    assert min(output) >= 1
    assert channels == config.kernel[2] * config.groups
    assert config.kernel[3] % config.groups == 0
    assert config.bias == (config.kernel[3],)
    assert config.strides == (1, 1) or config.dilation_rate == (1, 1)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda c: c.strides == (2, 1) and c.padding == "same",
        lambda c: c.dilation_rate == (2, 2) and c.padding == "valid",
        lambda c: c.groups == 2 and c.data_format == "channels_first",
        lambda c: c.kernel[0] > c.inputs[1] and c.data_format == "channels_last",
    ],
)
def test_every_kind_of_convolution_is_drawn(wanted):
    find(conv2d_configs(), wanted)


@pytest.mark.parametrize("name", ["Dense", "Conv2DTranspose", "Embedding", "Dot"])
def test_all_layers_are_drawn(name):
    layer, inputs = find(layers(), lambda drawn: type(drawn[0]).__name__ == name)
    assert not layer.built
    assert isinstance(inputs, {"Dot": list, "Embedding": np.ndarray}.get(name, tuple))


@pytest.mark.parametrize(
    "wanted",
    [
        lambda layer: layer.strides == (2, 2) and layer.padding == "same",
        lambda layer: layer.dilation_rate == (2, 2) and layer.padding == "valid",
        lambda layer: layer.groups == 2 and layer.data_format == "channels_first",
        lambda layer: not layer.use_bias and layer.activation is mg.activations.relu,
        lambda layer: layer.kernel_regularizer is not None and layer.activity_regularizer is not None,
    ],
)
def test_layers_have_arguments_of_all_kinds(wanted):
    find(layers("Conv2D"), lambda drawn: wanted(drawn[0]))


@given(layers("Dense", "Flatten", dtype="float64"))
def test_layers_are_of_the_classes_and_the_dtype_asked_for(drawn):
    layer, shape = drawn
    assert isinstance(layer, mg.layers.Dense | mg.layers.Flatten)
    assert layer.name in ("dense", "flatten")
    assert layer.dtype == np.float64
    assert layer(np.zeros(shape)).shape == layer.compute_output_shape(shape)


def test_a_layer_that_is_not_in_the_table_is_refused():
    with pytest.raises(UnknownNameError, match="unknown layer 'Dens': did you mean 'Dense'"):
        find(layers("Dens"), lambda drawn: True)
