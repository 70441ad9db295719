"""What a notebook shows of a layer: its shapes and its weights.

Before:  layers/weights.py, notebook.py.  Next: layers/layer.py.
"""

from __future__ import annotations

from typing import Any

from minigrad.notebook import html_table


def layer_to_html(layer: Any) -> str:
    """Return a layer's shapes and weights as a table in HTML.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.Dense(2, name="out")
        >>> "not built yet" in layer_to_html(layer)
        True
        >>> layer.build((None, 3))
        >>> "kernel" in layer_to_html(layer) and "(3, 2)" in layer_to_html(layer)
        True
    """
    weights = layer.variables if layer.built else []
    rows = [
        (weight.path, weight.shape, weight.dtype, f"{weight.size:,}", "yes" if weight.trainable else "no")
        for weight in weights
    ]
    notes = []
    if layer.output_shape is not None:
        notes.append(f"{layer.input_shape} -> {layer.output_shape}")
    if not layer.built:
        notes.append("not built yet: the weights are made at the first call")
    elif weights:
        notes.append(f"{sum(weight.size for weight in weights):,} parameters")
    else:
        notes.append("no weights")
    header = ("weight", "shape", "dtype", "size", "trained") if rows else ()
    return html_table(rows, header, f"{layer.name} ({type(layer).__name__})", notes)
