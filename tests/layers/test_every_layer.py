"""What holds for every layer, with arguments of all kinds: its derivatives, shapes, dtype and config."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import minigrad as mg
from minigrad.testing import check_layer
from minigrad.testing.strategies import layers
from minigrad.testing.strategies.layer_table import TABLE

BASES = {"Layer"}  # to be subclassed, not used
PUBLIC = {
    value.__name__
    for value in vars(mg.layers).values()
    if isinstance(value, type) and issubclass(value, mg.layers.Layer)
}


def test_every_public_layer_has_a_line_in_the_table():
    """A layer that is added without one, in testing/strategies/layer_table.py, fails here."""
    assert set(TABLE) == PUBLIC - BASES


@pytest.mark.parametrize("name", sorted(PUBLIC & set(TABLE)))
def test_in_training(name):
    @settings(max_examples=5)
    @given(layers(name))
    def check(drawn):
        layer, inputs = drawn
        check_layer(layer, inputs, max_elements=20)

    check()


@pytest.mark.parametrize("name", sorted(PUBLIC & set(TABLE)))
def test_in_inference_and_one_by_one(name):
    @settings(max_examples=5)
    @given(layers(name, dtype="float64"))
    def check(drawn):
        layer, inputs = drawn
        check_layer(layer, inputs, training=False, one_by_one=True, max_elements=5)

    check()


@pytest.mark.parametrize("name", sorted(PUBLIC & set(TABLE)))
def test_second_derivatives(name):
    @settings(max_examples=2)
    @given(layers(name))
    def check(drawn):
        layer, inputs = drawn
        check_layer(layer, inputs, order=2, config=False, max_elements=5)

    check()
