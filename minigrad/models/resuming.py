"""The state of a training that runs, as arrays: to go on in another process, to the same bits.

Idea:    what the next step depends on: weights, the optimizer's variables, the means so far, the randomness,
         the callbacks' memory, and which batches are done. The batches of the pass that is under way are
         taken again, from the state of the randomness that it began with.
Before:  models/epochs.py, models/batch_steps.py.  Next: models/training.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.variable import Variable
from minigrad.callbacks import CallbackList
from minigrad.data.packing import unpack_x_y_sample_weight
from minigrad.errors import NotBuiltError
from minigrad.models.batch_steps import BatchSteps
from minigrad.models.epochs import Epochs
from minigrad.random.seed import SeedGenerator
from minigrad.random.state import get_random_state, set_random_state

Arrays = dict[str, np.ndarray[Any, Any]]


@dataclass
class Fit:
    """A call of ``fit`` that is under way.

    Attributes:
        data: Its batches.
        callbacks: Its callbacks.
        epoch: The epoch that comes next, or that is under way.
        step: The steps of it that are done.
    """

    data: Epochs
    callbacks: CallbackList
    epoch: int = 0
    step: int = 0


class Resumable(BatchSteps):
    """A model whose training can be interrupted and gone on with."""

    _fit: Fit | None = None
    _state_to_resume: Arrays | None = None

    def get_training_state(self) -> Arrays:
        """Return the state of the training that is under way, for a callback to store.

        It is of use after a step or an epoch, in ``on_train_batch_end`` and ``on_epoch_end``. What
        a `PyDataset` or generator of your own remembers is not in it.

        Raises:
            RuntimeError: Outside of `fit`.
        """
        if self._fit is None:
            raise RuntimeError("get_training_state: there is no training under way")
        fit = self._fit
        state = {"epoch": np.array(fit.epoch), "step": np.array(fit.step)}
        state |= {f"now/random/{name}": value for name, value in get_random_state().items()}
        state["now/passes"] = np.array(fit.data.source.passes)
        state["taken"] = np.array(fit.data.taken)
        state |= {f"pass/{name}": value for name, value in fit.data.start.items()}
        for kind, variables in self._variables_to_keep().items():
            state |= {_key(kind, index, one): one._data for index, one in enumerate(variables)}
        for index, seed in enumerate(self._seed_generators()):
            state[f"seed/{index}"] = seed.state
        for index, callback in enumerate(fit.callbacks.with_state()):
            kind = f"callback/{index}/{type(callback).__name__}"
            state |= {f"{kind}/{name}": np.asarray(value) for name, value in callback.get_state().items()}
        return state

    def set_training_state(self, state: Arrays) -> None:
        """Let the `fit` that is beginning go on from a state; to be called in ``on_train_begin``.

        Raises:
            NotBuiltError: If the model has no weights yet.
            ValueError: If the state is that of another model or optimizer.
        """
        if not self.built:
            raise NotBuiltError(
                f"{self.name}: to go on with a training, the model must be built before fit: begin it with "
                "Input, or call it on a batch"
            )
        self.optimizer.build(self.trainable_variables)
        for kind, variables in self._variables_to_keep().items():
            if kind != "metric":  # these may still have to be made
                _stored(state, kind, variables)
        self._state_to_resume = state

    def _resume(self) -> None:
        """Put the training where it was when the state was taken."""
        fit: Any = self._fit
        state: Any = self._state_to_resume
        self._state_to_resume = None
        batch = None
        if fit.step or fit.data.limit is not None:
            fit.data.source.passes = int(state["pass/passes"])
            set_random_state(_part(state, "pass/random/"))
            batch = fit.data.replay(int(state["taken"]))
        fit.data.source.passes = int(state["now/passes"])
        if fit.step:
            self._build_metrics(batch)
        for kind, variables in self._variables_to_keep().items():
            if kind != "metric" or fit.step:
                for variable, value in zip(variables, _stored(state, kind, variables), strict=True):
                    variable.assign(value)
        for index, seed in enumerate(self._seed_generators()):
            seed.state = state[f"seed/{index}"]
        for index, callback in enumerate(fit.callbacks.with_state()):
            callback.set_state(_part(state, f"callback/{index}/{type(callback).__name__}/"))
        set_random_state(_part(state, "now/random/"))

    def _build_metrics(self, batch: Any) -> None:
        """Make the metrics of ``compile``, whose kind depends on the shapes of a batch."""
        x, y, _ = unpack_x_y_sample_weight(batch)
        with no_grad():
            y_pred = self(x, training=False)
        if self._compiled_metrics.given and not self._compiled_metrics.built:
            self._compiled_metrics.build(y, y_pred)
        if self._compiled_loss is not None and not self._compiled_loss.built:
            self._compiled_loss.build(y, y_pred)

    def _variables_to_keep(self) -> dict[str, list[Variable]]:
        metrics = [variable for metric in self.metrics for variable in metric.variables]
        return {"weight": self.variables, "optimizer": self.optimizer.variables, "metric": metrics}

    def _seed_generators(self) -> list[SeedGenerator]:
        found = (seed for layer in self._flatten_layers() for seed in layer._parts(SeedGenerator))
        return list(dict.fromkeys(found))


def _part(state: Arrays, prefix: str) -> Arrays:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def _key(kind: str, index: int, variable: Variable) -> str:
    # the optimizer's names hold those of the layers, which count what was made before
    return f"{kind}/{index}/{variable.name}" if kind == "weight" else f"{kind}/{index}"


def _stored(state: Arrays, kind: str, variables: Iterable[Variable]) -> list[np.ndarray[Any, Any]]:
    """Return the stored values of variables.

    Raises:
        ValueError: If their number, a name or a shape differs.
    """
    expected = {_key(kind, index, one): one.shape for index, one in enumerate(variables)}
    found = {key: value for key, value in state.items() if key.startswith(f"{kind}/")}
    if {key: value.shape for key, value in found.items()} != expected:
        raise ValueError(
            f"the stored training is that of another model or optimizer: it has {len(found)} {kind} "
            f"variables, this one {len(expected)}, or their names or shapes differ; remove it to begin anew"
        )
    return [found[key] for key in expected]
