"""What ``compile`` was given, as data.

Idea:    a model that was loaded is compiled as the saved one was, and measures the same: "accuracy" is stored
         as the metric that it turned out to be, and not found out anew from other data.
Before:  models/step.py, layers/serialization.py.  Next: models/weight_files.py.
Source:  Keras's ``keras/src/trainers/trainer.py``.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any

from minigrad.data.structures import map_structure
from minigrad.errors import LikelyMistakeWarning
from minigrad.layers.serialization import deserialize_keras_object, serialize_keras_object
from minigrad.metrics import Metric
from minigrad.models.by_shape import is_by_shape
from minigrad.models.outputs import leaves
from minigrad.models.step import Compiled
from minigrad.optimizers import Optimizer

_HOW = ("jit_compile", "steps_per_execution")


class Recompilable(Compiled):
    """A model that can say how it was compiled, and be compiled so again."""

    def get_compile_config(self) -> dict[str, Any]:
        """Return the optimizer, loss, metrics ... that ``compile`` was given, in Keras's form.

        Returns:
            A dict that JSON can hold; an empty one before `compile`.

        Raises:
            ValueError: If one of them is a function without a name, such as a lambda.

        Source: ``keras.Model.get_compile_config``.
        """
        if not self.compiled:
            return {}
        given = self._compile_arguments
        config = {
            "optimizer": self.optimizer,
            "loss": given.loss,
            "loss_weights": given.loss_weights,
            "metrics": self._resolved("metrics"),
            "weighted_metrics": self._resolved("weighted_metrics"),
            "run_eagerly": self.run_eagerly,
            "steps_per_execution": 1,
            "jit_compile": False,
        }
        return {key: serialize_keras_object(value) for key, value in config.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile the model as `get_compile_config`, here or in Keras, said.

        A model whose class overrides `compile` is left alone, with a warning, unless the class overrides this
        method, too. How Keras is to compute (jit_compile, steps_per_execution) is not taken over: it changes
        no results.

        Raises:
            UnknownNameError: If it names a class or function that isn't known here.

        Source: ``keras.Model.compile_from_config``.
        """
        if type(self).compile is not Compiled.compile:
            warnings.warn(
                f"{self.name} was not compiled, since its class overrides compile(): call it, or let the "
                "class override get_compile_config() and compile_from_config(config), too",
                LikelyMistakeWarning,
                stacklevel=2,
            )
            return
        given = {key: deserialize_keras_object(one) for key, one in config.items() if key not in _HOW}
        known = inspect.signature(Compiled.compile).parameters
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise ValueError(f"{self.name}: its compile config has unknown settings {', '.join(unknown)}")
        self.compile(**given)
        if self.built:
            self.optimizer.build(self.trainable_variables)

    def _compile_like(self, other: Recompilable) -> None:
        """Compile the model as another one is; nothing of the two is shared but functions and losses."""
        if type(other).compile is not Compiled.compile:
            self.compile_from_config(other.get_compile_config())
            return
        given = vars(other._compile_arguments)
        self.compile(_anew(other.optimizer), run_eagerly=other.run_eagerly, **map_structure(_anew, given))

    def _resolved(self, argument: str) -> Any:
        """Return an argument of ``compile`` with "accuracy" and the like as what they turned out to be."""
        given = getattr(self._compile_arguments, argument)
        compiled = self._compiled_metrics
        if not compiled.built or not any(
            is_by_shape(one, "accuracy", "crossentropy") for one in leaves(given)
        ):
            return given
        names, groups = compiled.resolved(argument)
        if len(groups) == 1:
            return groups[0]
        return dict(zip(names, groups, strict=True)) if all(names) else groups


def _anew(value: Any) -> Any:
    """Return a new optimizer or metric of the same config; other things as they are."""
    return type(value).from_config(value.get_config()) if isinstance(value, Optimizer | Metric) else value
