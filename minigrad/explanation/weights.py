"""How many weights a layer has, and how wide their first values are spread.

Before:  initializers/scaling.py (`compute_fans`), explanation/formulas.py.  Next: explanation/rules.py.
Source:  Glorot & Bengio (2010), He et al. (2015).
"""

from __future__ import annotations

import math
from typing import Any

from minigrad.explanation.formulas import Line, product_is
from minigrad.initializers.scaling import VarianceScaling, compute_fans


def parameter_line(layer: Any) -> Line:
    """Return the number of a layer's weights as a sum of products.

    Example:
        >>> import minigrad as mg
        >>> conv = mg.layers.Conv2D(32, 3)
        >>> conv.build((None, 28, 28, 1))
        >>> parameter_line(conv).text
        'kernel 3·3·1·32 = 288, bias 32; together 320'
    """
    weights = layer.variables
    if not weights:
        return Line("parameters", "0")
    own = {id(weight) for weight in layer._own_variables()}
    parts = [
        f"{weight.name if id(weight) in own else weight.path} {product_is(weight.shape)}"
        for weight in weights
    ]
    text = ", ".join(parts)
    if len(weights) > 1:
        text += f"; together {sum(weight.size for weight in weights):,}"
    frozen = sum(weight.size for weight in layer.non_trainable_variables)
    return Line("parameters", f"{text}, of which {frozen:,} are not trained" if frozen else text)


def initializer_lines(layer: Any) -> list[Line]:
    """Return the fans of each kernel of a layer, and the spread that its initializer makes of them.

    Example:
        >>> import minigrad as mg
        >>> dense = mg.layers.Dense(256)
        >>> dense.build((None, 2048))
        >>> for line in initializer_lines(dense):
        ...     print(line.topic, "|", line.text)
        fan-in and fan-out | kernel (2048, 256): fan_in = 2,048, fan_out = 256
        initializer | GlorotUniform: uniform in ±sqrt(6 / (fan_in + fan_out)) = ±sqrt(6 / 2304) = ±0.05103
    """
    lines = []
    for weight in layer._own_variables():
        initializer = _initializer_of(layer, weight.name)
        if initializer is None or (weight.ndim < 2 and not isinstance(initializer, VarianceScaling)):
            continue
        axes = getattr(initializer, "input_axes", None), getattr(initializer, "output_axes", None)
        fan_in, fan_out = compute_fans(weight.shape, *axes)
        fans = f"{weight.name} {weight.shape}: fan_in = {_fan(weight.shape, -2, fan_in)}"
        lines.append(Line("fan-in and fan-out", f"{fans}, fan_out = {_fan(weight.shape, -1, fan_out)}"))
        lines.append(Line("initializer", _spread(initializer, fan_in, fan_out)))
    return lines


def _initializer_of(layer: Any, name: str) -> Any:
    """Return the initializer that a weight was made with, as Keras's layers name their settings."""
    for setting in (f"{name}_initializer", f"{name.removesuffix('_kernel')}_initializer"):
        if hasattr(layer, setting):
            return getattr(layer, setting)
    return getattr(layer, "depthwise_initializer", None) if name == "kernel" else None


def _fan(shape: tuple[int, ...], axis: int, fan: int) -> str:
    """Return a fan as the product that it is."""
    sizes = (*shape[:-2], shape[axis]) if len(shape) > 1 else shape
    return product_is(sizes) if math.prod(sizes) == fan else f"{fan:,}"


def _spread(initializer: Any, fan_in: int, fan_out: int) -> str:
    """Return the width of an initializer's distribution, with the formula filled in."""
    name = type(initializer).__name__
    if not isinstance(initializer, VarianceScaling):
        config: dict[str, Any] = getattr(initializer, "get_config", dict)()
        settings = ", ".join(f"{key}={value}" for key, value in config.items() if key != "seed")
        return f"{name}({settings}), whatever the fans"
    uniform = initializer.distribution == "uniform"
    above = initializer.scale * (3 if uniform else 1)
    if initializer.mode == "fan_avg":
        formula, number, above = "fan_in + fan_out", float(fan_in + fan_out), 2 * above
        formula = f"({formula})"
    else:
        formula, number = initializer.mode, float(fan_in if initializer.mode == "fan_in" else fan_out)
    value = math.sqrt(above / max(1.0, number))
    filled = f"sqrt({above:g} / {formula}) = {{}}sqrt({above:g} / {number:g}) = {{}}{value:.4g}"
    if uniform:
        return f"{name}: uniform in ±{filled.format('±', '±')}"
    kind = "normal" if initializer.distribution == "untruncated_normal" else "truncated normal"
    return f"{name}: {kind} with σ = {filled.format('', '')}"
