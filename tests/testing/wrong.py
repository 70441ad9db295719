"""Layers with a mistake each, and some that only look as if; what the checks must tell apart."""

from __future__ import annotations

import numpy as np

import minigrad as mg


def constant(value):
    """Return the numbers of a tensor, which rules then take for a constant."""
    return np.array(value.data) if isinstance(value, mg.Tensor) else value


def op(forward, rule, **options):
    """An op of one array with any rule, right or wrong."""

    def function(x):
        return forward(x)

    function.__annotations__ = {"x": mg.Array}
    made = mg.differentiable(register=False, **options)(function)
    made.vjp(rule)
    return made


cube_with_half = op(lambda x: x * x * x, lambda g, x: 1.5 * g * x * x)
cube_wrong_in_second_order = op(lambda x: x * x * x, lambda g, x: 3.0 * g * constant(x * x))


class Scale(mg.layers.Layer):
    """Right: what the others are made from."""

    def build(self, input_shape):
        self.factor = self.add_weight(input_shape[-1:], "ones", name="factor")

    def call(self, inputs):
        return inputs * self.factor

    def compute_output_shape(self, input_shape):
        return input_shape


class WrongByInputs(Scale):
    def call(self, inputs):
        return cube_with_half(inputs) * self.factor


class WrongByWeight(Scale):
    def call(self, inputs):
        return inputs * cube_with_half(self.factor)


class WrongInSecondOrder(Scale):
    def call(self, inputs):
        return cube_wrong_in_second_order(inputs) * self.factor


class Forgetful(Scale):
    """Has a weight that it doesn't use."""

    def build(self, input_shape):
        super().build(input_shape)
        self.shift = self.add_weight(input_shape[-1:], "zeros", name="shift")


class Detached(Scale):
    """Uses the weight, but as a number."""

    def call(self, inputs):
        return inputs * self.factor.numpy()


class WrongLoss(Scale):
    """Its output is right, not so the loss that it adds."""

    def call(self, inputs):
        self.add_loss(mg.ops.sum(cube_with_half(inputs)))
        return inputs * self.factor


class WrongInTraining(Scale):
    def call(self, inputs, training=False):
        return (cube_with_half(inputs) if training else inputs) * self.factor


class WrongShape(Scale):
    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)


class WrongBatch(Scale):
    """Its shape is right, but not where the batch size is not known."""

    def compute_output_shape(self, input_shape):
        return (7, *input_shape[1:]) if input_shape[0] is None else input_shape


class WrongDtype(Scale):
    def call(self, inputs):
        return inputs * self.factor * mg.Tensor(np.ones(1))


class Shorter(Scale):
    """A constant of its own makes it lose the precision of float64."""

    def call(self, inputs):
        return mg.ops.cast(inputs * self.factor, "float32")


class WritesInput(Scale):
    def call(self, inputs):
        np.asarray(inputs._data)[...] += 1.0
        return inputs * self.factor


class WritesWeight(Scale):
    def call(self, inputs):
        self.factor.assign_add(np.ones(self.factor.shape))
        return inputs * self.factor


@mg.differentiable(register=False)
def writes_back(x: mg.Array):
    return x * 2.0


@writes_back.vjp
def _(g, x):
    x *= 0.5
    return g * 2.0


class WritesBackward(Scale):
    def call(self, inputs):
        return writes_back(inputs) * self.factor


class Power(Scale):
    """Right: its arguments are remembered."""

    def __init__(self, power=2.0, **kwargs):
        super().__init__(**kwargs)
        self.power = power

    def call(self, inputs):
        return inputs * self.factor**self.power


class NoConfig(Power):
    """The config lacks an argument that the layer can't do without."""

    def __init__(self, power, **kwargs):
        super().__init__(power, **kwargs)

    def get_config(self):
        return super().get_config()


class Defaulted(Power):
    """The config lacks an argument that has a default."""

    def get_config(self):
        return super().get_config()


class NotJson(Power):
    def get_config(self):
        return super().get_config() | {"power": np.array(self.power)}


class Rounded(Power):
    """The config has the argument, but not as it is."""

    def get_config(self):
        return super().get_config() | {"power": round(self.power)}


class Renamed(Power):
    """The layer from its config has a config of its own."""

    @classmethod
    def from_config(cls, config):
        return cls(**config | {"name": "other"})


class Narrow(Scale):
    """The layer from its config has fewer weights."""

    def __init__(self, wide=False, **kwargs):
        super().__init__(**kwargs)
        self.wide = wide

    def build(self, input_shape):
        super().build(input_shape)
        if self.wide:
            self.shift = self.add_weight(input_shape[-1:], "zeros", name="shift")

    def call(self, inputs):
        return super().call(inputs) + (self.shift if self.wide else 0.0)

    def get_config(self):
        return super().get_config()


class Centered(Scale):
    """Right, but each output depends on the whole batch."""

    def call(self, inputs):
        return (inputs - mg.ops.mean(inputs, axis=0)) * self.factor


class Counting(Scale):
    """Right, though each call in training changes what the next one gives."""

    def build(self, input_shape):
        super().build(input_shape)
        self.calls = self.add_weight((), "zeros", trainable=False, name="calls")
        self.sizes = []

    def call(self, inputs, training=False):
        if training:
            self.calls.assign_add(1.0)
            self.sizes.append(len(inputs))
        return inputs * self.factor * (1.0 + self.calls)


class Noisy(Scale):
    """Right: it draws from minigrad's global generator."""

    def call(self, inputs):
        return inputs * self.factor * mg.random.uniform(inputs.shape, 1.0, 2.0, dtype=inputs.dtype)


class Restless(Scale):
    """Draws from a generator that nobody knows of."""

    rng = np.random.default_rng(0)

    def call(self, inputs):
        return inputs * self.factor * self.rng.uniform()


class Pair(mg.layers.Layer):
    """Right: two inputs, one of them by name, and two outputs."""

    def call(self, inputs, gate, power=1):
        return {"product": inputs * gate**power, "sum": [inputs + gate]}

    def compute_output_shape(self, inputs_shape, gate_shape):
        return {"product": inputs_shape, "sum": [gate_shape]}
