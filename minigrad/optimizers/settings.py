"""What every optimizer is set to: the arguments they share, checked, and its config.

Before:  schedules/, naming.py.  Next: state.py, optimizer.py (what is done with them).
Source:  Keras's ``keras/src/optimizers/base_optimizer.py``.
"""

from __future__ import annotations

import difflib
import inspect
from typing import Any, Self, TypedDict

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor
from minigrad.autodiff.variable import Variable
from minigrad.config import floatx
from minigrad.errors import UnknownArgumentError
from minigrad.naming import unique_name
from minigrad.optimizers import schedules


class OptimizerOptions(TypedDict, total=False):
    """The arguments that every optimizer takes besides its own; `Optimizer` says what they mean."""

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None


_RENAMED = {
    "lr": "it is called learning_rate",
    "decay": "let the learning rate fall with learning_rate=optimizers.schedules.ExponentialDecay(...)",
}


class OptimizerSettings:
    """The settings of an optimizer and its learning rate; `Optimizer` documents the arguments."""

    __signature__: inspect.Signature

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__signature__ = _full_signature(cls)  # so that help() and editors show all that is shared

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise UnknownArgumentError(_unknown_arguments(type(self), list(kwargs)))
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._check()
        self.name = name or unique_name(type(self).__name__)
        self._iterations = Variable(np.zeros((), np.int64), trainable=False, name="iteration")
        self._learning_rate = self._rate_from(learning_rate)

    def _check(self) -> None:
        name = type(self).__name__
        clipping = ("clipnorm", "clipvalue", "global_clipnorm")
        for argument in (*clipping, "loss_scale_factor"):
            value = getattr(self, argument)
            if value is not None:
                setattr(self, argument, number(name, argument, value, above=0.0))
        if self.weight_decay is not None:
            self.weight_decay = number(name, "weight_decay", self.weight_decay, 0.0)
        self.ema_momentum = number(name, "ema_momentum", self.ema_momentum, 0.0, 1.0)
        for argument, least in (("ema_overwrite_frequency", 1), ("gradient_accumulation_steps", 2)):
            value = getattr(self, argument)
            if value is not None and (not isinstance(value, int | np.integer) or value < least):
                raise ValueError(f"{name}: {argument} must be an integer >= {least} or None; got {value!r}")
        given = [argument for argument in clipping if getattr(self, argument) is not None]
        if len(given) > 1:
            raise ValueError(
                f"{name}: only one of clipnorm, clipvalue and global_clipnorm can be set; got "
                + ", ".join(f"{argument}={getattr(self, argument)}" for argument in given)
            )

    # -- the learning rate -----------------------------------------------------------------------

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the next step: a variable, or what the schedule or callable returns.

        Assign a number, a schedule or a callable to change it.
        """
        if isinstance(self._learning_rate, Variable):
            return self._learning_rate
        if isinstance(self._learning_rate, schedules.LearningRateSchedule):
            return self._learning_rate(self._iterations)
        return self._learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        rate = self._rate_from(value)
        if isinstance(rate, Variable):
            if not isinstance(self._learning_rate, Variable):
                raise TypeError(
                    f"{self.name}: it was created with a LearningRateSchedule (or a callable) as "
                    "learning_rate, which can't be set to a number; create it with a number to be able to"
                )
            self._learning_rate.assign(rate)
        else:
            self._learning_rate = rate

    def _rate_from(self, value: Any) -> Any:
        if callable(value) and not isinstance(value, type):
            return value
        try:
            rate = number(type(self).__name__, "learning_rate", value)
        except ValueError:
            raise ValueError(
                f"{type(self).__name__}: learning_rate must be a number, a LearningRateSchedule or a "
                f"callable without arguments; got {value!r}"
            ) from None
        return Variable(rate, dtype=floatx(), trainable=False, name="learning_rate")

    # -- loss scaling ----------------------------------------------------------------------------

    def scale_loss(self, loss: Tensor) -> Tensor:
        """Return ``loss * loss_scale_factor``, the loss to differentiate; each step undoes the factor.

        Source: ``keras.optimizers.Optimizer.scale_loss``.
        """
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    # -- config ----------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew (without its state), in a form that JSON can hold."""
        rate = self._learning_rate
        return {
            "name": self.name,
            "learning_rate": float(rate) if isinstance(rate, Variable) else schedules.serialize(rate),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Self:
        """Return the optimizer that `get_config` described.

        Args:
            config: Its arguments.
            custom_objects: Your own learning rate schedules and callables, by name.
        """
        rate = config.get("learning_rate")
        if isinstance(rate, dict | str):
            config = {**config, "learning_rate": schedules.deserialize(rate, custom_objects)}
        return cls(**config)


def _unknown_arguments(cls: type, names: list[str]) -> str:
    known = {*inspect.signature(cls).parameters, *OptimizerOptions.__annotations__}
    hints = []
    for name in names:
        near = difflib.get_close_matches(name, known, n=1)
        if name in _RENAMED:
            hints.append(_RENAMED[name])
        elif near:
            hints.append(f"did you mean {near[0]!r}?")
    listed = ", ".join(map(repr, names))
    return f"{cls.__name__}: unknown argument {listed}" + (f" ({'; '.join(hints)})" if hints else "")


def _full_signature(cls: type) -> inspect.Signature:
    """Return the signature of a class, with the shared options in place of its ``**options``."""
    own = list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]
    if not own or own[-1].name != "options":
        return inspect.Signature(own)
    shared = inspect.signature(OptimizerSettings.__init__).parameters
    known = {one.name for one in own}
    options = [shared[name] for name in OptimizerOptions.__annotations__ if name not in known]
    keyword_only = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in options]
    return inspect.Signature([*own[:-1], *keyword_only])
