"""The variance scalings that have names: after those who found the scale.

Idea:    each is one line, the scale, the fan and the distribution that it stands for.
Shapes:  dense (in, out), convolution (height, width, in, out).
Before:  initializers/scaling.py.  Next: initializers/orthogonality.py.
Source:  LeCun et al., "Efficient BackProp" (1998); Glorot & Bengio, "Understanding the difficulty of
         training deep feedforward neural networks" (2010); He et al., "Delving deep into rectifiers" (2015);
         Keras's ``keras/src/initializers/random_initializers.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.initializers.scaling import VarianceScaling


class _Named(VarianceScaling):
    """What the six named ones share: they differ in scale, mode and distribution alone."""

    _scale: float
    _mode: str
    _distribution: str

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(self._scale, self._mode, self._distribution, seed, input_axes, output_axes)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        config = super().get_config()
        return {name: config[name] for name in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Named):
    """Uniform over ``+-sqrt(6 / (fan_in + fan_out))``: the default of dense and convolution kernels.

    The variance 2 / (fan_in + fan_out) is the middle between what keeps signals and what keeps gradients.

    Args:
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.
        input_axes: The axes that make up fan_in. Default: those of a dense or convolution kernel.
        output_axes: Likewise for fan_out; both or neither must be given.

    Raises:
        ValueError: If an argument is none of that.

    Source: Glorot & Bengio (2010); ``keras.initializers.GlorotUniform``.

    Example:
        >>> import minigrad as mg
        >>> mg.initializers.GlorotUniform(seed=1)((50, 100)).abs().max().item() <= 0.2
        True
    """

    _scale, _mode, _distribution = 1.0, "fan_avg", "uniform"


class GlorotNormal(_Named):
    """Truncated normal of ``sigma = sqrt(2 / (fan_in + fan_out))``.

    It has the variance of `GlorotUniform`.

    Args:
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.
        input_axes: The axes that make up fan_in. Default: those of a dense or convolution kernel.
        output_axes: Likewise for fan_out; both or neither must be given.

    Raises:
        ValueError: If an argument is none of that.

    Source: Glorot & Bengio (2010); ``keras.initializers.GlorotNormal``.

    Example:
        >>> import minigrad as mg
        >>> 0.099 < mg.initializers.GlorotNormal(seed=1)((100, 100)).std().item() < 0.101
        True
    """

    _scale, _mode, _distribution = 1.0, "fan_avg", "truncated_normal"


class HeNormal(_Named):
    """Truncated normal of ``sigma = sqrt(2 / fan_in)``: for layers with ReLU.

    The 2 makes up for the half that ReLU sets to zero.

    Args:
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.
        input_axes: The axes that make up fan_in. Default: those of a dense or convolution kernel.
        output_axes: Likewise for fan_out; both or neither must be given.

    Raises:
        ValueError: If an argument is none of that.

    Source: He et al. (2015); ``keras.initializers.HeNormal``.

    Example:
        >>> import minigrad as mg
        >>> 0.0995 < mg.initializers.HeNormal(seed=1)((200, 200)).std().item() < 0.1005
        True
    """

    _scale, _mode, _distribution = 2.0, "fan_in", "truncated_normal"


class HeUniform(_Named):
    """Uniform over ``+-sqrt(6 / fan_in)``: for layers with ReLU.

    It has the variance of `HeNormal`.

    Args:
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.
        input_axes: The axes that make up fan_in. Default: those of a dense or convolution kernel.
        output_axes: Likewise for fan_out; both or neither must be given.

    Raises:
        ValueError: If an argument is none of that.

    Source: He et al. (2015); ``keras.initializers.HeUniform``.

    Example:
        >>> import minigrad as mg
        >>> mg.initializers.HeUniform(seed=1)((600, 10)).abs().max().item() <= 0.1
        True
    """

    _scale, _mode, _distribution = 2.0, "fan_in", "uniform"


class LecunNormal(_Named):
    """Truncated normal of ``sigma = sqrt(1 / fan_in)``: for layers with SELU.

    It keeps the variance of the signals as they are.

    Args:
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.
        input_axes: The axes that make up fan_in. Default: those of a dense or convolution kernel.
        output_axes: Likewise for fan_out; both or neither must be given.

    Raises:
        ValueError: If an argument is none of that.

    Source: LeCun et al. (1998); Klambauer et al., "Self-normalizing neural
    networks" (2017); ``keras.initializers.LecunNormal``.

    Example:
        >>> import minigrad as mg
        >>> 0.099 < mg.initializers.LecunNormal(seed=1)((100, 100)).std().item() < 0.101
        True
    """

    _scale, _mode, _distribution = 1.0, "fan_in", "truncated_normal"


class LecunUniform(_Named):
    """Uniform over ``+-sqrt(3 / fan_in)``.

    It has the variance of `LecunNormal`.

    Args:
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.
        input_axes: The axes that make up fan_in. Default: those of a dense or convolution kernel.
        output_axes: Likewise for fan_out; both or neither must be given.

    Raises:
        ValueError: If an argument is none of that.

    Source: LeCun et al. (1998); ``keras.initializers.LecunUniform``.

    Example:
        >>> import minigrad as mg
        >>> mg.initializers.LecunUniform(seed=1)((300, 10)).abs().max().item() <= 0.1
        True
    """

    _scale, _mode, _distribution = 1.0, "fan_in", "uniform"
