"""Training, measuring and predicting with single batches.

Before:  models/step.py, models/data.py.  Next: models/resuming.py.
Source:  Keras's ``keras/src/trainers/trainer.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.modes import no_grad, recording
from minigrad.autodiff.tensor import wrap
from minigrad.data.packing import pack_x_y_sample_weight
from minigrad.data.structures import map_structure
from minigrad.models.data import ArrayBatches
from minigrad.models.step import Compiled, Results, as_numbers


class BatchSteps(Compiled):
    """One step at a time, for a loop of your own."""

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Train on one batch; return its loss and metrics, as `evaluate` does.

        Args:
            x: Inputs: an array, or a list or dict of them.
            y: Targets, likewise.
            sample_weight: A weight for each row.
            class_weight: A weight for each class number; a class that is missing counts 1.
            return_dict: Whether to return a dict by name. Default False.

        Raises:
            NotCompiledError: Before `compile`.
            ValueError: If sample_weight and class_weight are both given.

        Source: ``keras.Model.train_on_batch``.
        """
        self._check_compiled("train_on_batch")
        data = _one_batch("train_on_batch", x, y, sample_weight, class_weight)
        self.reset_metrics()
        with recording():
            results = as_numbers(self.train_step(data))
        return results if return_dict else self._in_order(results)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Measure one batch; return its loss and metrics, as `evaluate` does.

        Source: ``keras.Model.test_on_batch``.
        """
        self._check_compiled("test_on_batch")
        data = _one_batch("test_on_batch", x, y, sample_weight)
        self.reset_metrics()
        with no_grad():
            results = as_numbers(self.test_step(data))
        return results if return_dict else self._in_order(results)

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs for one batch, as ndarrays; the quickest way for a single image.

        Source: ``keras.Model.predict_on_batch``.
        """
        with no_grad():
            return map_structure(np.array, self.predict_step((x,)))

    def _in_order(self, results: Results) -> Any:
        """Return the results as Keras orders them: a number if there is one, else a list."""
        if len(results) == 1:
            return next(iter(results.values()))
        own = [metric.name for metric in self.metrics if metric is not self._compiled_metrics]
        compiled = [metric.name for metric in self._compiled_metrics.metrics]
        names = [*own[:1], *compiled, *own[1:]]
        first = [name for name in dict.fromkeys(names) if name in results]
        return [results[name] for name in (*first, *sorted(set(results) - set(first)))]


def _one_batch(name: str, x: Any, y: Any, sample_weight: Any, class_weight: Any = None) -> Any:
    data = ArrayBatches(name, x, y, sample_weight, class_weight=class_weight)
    return pack_x_y_sample_weight(
        *(map_structure(wrap, part) for part in (data.x, data.y, data.sample_weight))
    )
