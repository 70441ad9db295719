"""Any layer there is, with any arguments, and inputs that suit it.

Before:  testing/strategies/layer_table.py.  Next: tests/layers/test_every_layer.py (what it is used for).
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from minigrad import layers as public
from minigrad.errors import unknown_name
from minigrad.layers.layer import Layer
from minigrad.serialization import to_snake_case
from minigrad.testing.strategies.layer_table import TABLE


@st.composite
def layers(draw: st.DrawFn, *names: str, dtype: Any = None) -> tuple[Layer, Any]:
    """Draw a layer that is not built yet, and what `check_layer` takes as its inputs.

    Args:
        *names: Of the classes to draw from, such as ``"Conv2D"``. Default: all.
        dtype: The layers' dtype. Default: `floatx`.

    Raises:
        UnknownNameError: If there is no such class in the table.

    Example:
        >>> from hypothesis import given
        >>> from minigrad.testing import check_layer
        >>> from minigrad.testing.strategies import layers
        >>> @given(layers("Dense", "Flatten"))
        ... def test_layers(drawn):
        ...     layer, inputs = drawn
        ...     check_layer(layer, inputs)
        >>> test_layers()
    """
    for name in names:
        if name not in TABLE:
            raise unknown_name("layer", name, TABLE)
    name = draw(st.sampled_from(names or sorted(TABLE)))
    arguments, inputs = draw(TABLE[name])
    layer = getattr(public, name)(**arguments, name=to_snake_case(name), dtype=dtype)
    return layer, inputs
