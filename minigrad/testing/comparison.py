"""The comparison of what the rules say with what differences show, element by element.

Before:  testing/differences.py, testing/messages.py, testing/reports.py.  Next: testing/gradients.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import NDArray
from minigrad.errors import GradientError, KinkError
from minigrad.testing.differences import slope
from minigrad.testing.messages import Finding, kink_message, wrong_message
from minigrad.testing.problems import Problem
from minigrad.testing.reports import Entry, GradientReport, InputReport

_ROUNDING_ALLOWED = 99.0  # times the tolerance, where rounding explains it


@dataclass
class Comparison:
    """The settings of a check, and the report that it adds to; see `check_gradients` for them."""

    report: GradientReport
    step: float
    rtol: float
    atol: float
    skip_kinks: bool
    max_elements: int | None
    seed: int

    def check(self, problem: Problem, arrays: Sequence[NDArray], weights: NDArray | None = None) -> NDArray:
        """Compare all derivatives of one order; return the weights that the result was multiplied by.

        Args:
            problem: What to check.
            arrays: Its inputs' values.
            weights: What to multiply the result by, flat. Default: random numbers.

        Raises:
            GradientError: If they differ.
            KinkError: If there are none to compare.
            ValueError: If the function is not deterministic.
        """
        rng = np.random.default_rng(self.seed)
        center = self._center(problem, arrays)
        if weights is None:
            weights = rng.uniform(0.5, 1.5, center.shape) * rng.choice([-1.0, 1.0], center.shape)
        by_rule = problem.differentiate(arrays, weights)
        wrong: dict[int, list[Finding]] = {}
        kinks: dict[int, list[Finding]] = {}
        compared = 0
        for which in problem.chosen:
            gradient = _as_array(problem, which, by_rule[which])
            indices = _elements(gradient.shape, self.max_elements, rng)
            left_out = gradient.size - len(indices)
            findings = [
                self._look(problem, arrays, which, index, center, weights, float(gradient[index]))
                for index in indices
            ]
            smooth = [finding for finding in findings if not finding.slope.kink]
            compared += len(smooth)
            wrong[which] = [finding for finding in smooth if not self._agree(finding)]
            kinks[which] = [finding for finding in findings if finding.slope.kink]
            row = _row(problem, which, smooth, left_out, len(kinks[which]), len(wrong[which]))
            row.connected = by_rule[which] is not None
            self._add(row)
        self.report.checked += compared
        if any(wrong.values()):
            raise GradientError(wrong_message(problem, by_rule, wrong, self.seed))
        self._judge_kinks(problem, kinks, compared)
        return weights

    def _center(self, problem: Problem, arrays: Sequence[NDArray]) -> NDArray:
        """Return the result at the inputs themselves."""
        what = problem.name if problem.order == 1 else f"the gradient of {problem.name}"
        center = problem.run(arrays)
        if not np.isfinite(center).all():
            raise GradientError(f"{problem.caller}: {what} is not finite at these inputs: {center}")
        if not np.array_equal(center, problem.run(arrays)):
            raise ValueError(
                f"{problem.caller}: {what} is another one each time, so that differences tell nothing; "
                "if it draws random numbers, let it begin with the same seed each time"
            )
        return center

    def _look(
        self,
        problem: Problem,
        arrays: Sequence[NDArray],
        which: int,
        index: tuple[int, ...],
        center: NDArray,
        weights: NDArray,
        by_rule: float,
    ) -> Finding:
        """Return the numerical derivative with respect to one element, beside the rule's."""
        changed = list(arrays)

        def at(value: float) -> NDArray:
            changed[which] = arrays[which].copy()
            changed[which][index] = value
            with np.errstate(all="ignore"):  # a step may leave the function's domain
                return problem.run(changed)

        x = float(arrays[which][index])
        found = slope(at, x, center, weights, self._tolerance, by_rule, self.step)
        return Finding(index, by_rule, found)

    def _tolerance(self, derivative: float) -> float:
        return self.atol + self.rtol * abs(derivative)

    def _agree(self, finding: Finding) -> bool:
        found = finding.slope
        if not math.isfinite(finding.error):
            return False
        tolerance = self._tolerance(max(abs(finding.by_rule), abs(found.value)))
        return finding.error <= tolerance + min(found.uncertainty, _ROUNDING_ALLOWED * tolerance)

    def _add(self, row: InputReport) -> None:
        """Add what was found for one array to the report."""
        self.report.inputs.append(row)
        self.report.left_out += row.left_out
        self.report.max_abs_error = max(self.report.max_abs_error, row.max_abs_error)
        self.report.max_rel_error = max(self.report.max_rel_error, row.max_rel_error)

    def _judge_kinks(self, problem: Problem, kinks: dict[int, list[Finding]], compared: int) -> None:
        """Raise for kinks, unless they are to be skipped and the rule's values are possible ones."""
        if not any(kinks.values()):
            return
        for which, findings in kinks.items():
            name = problem.inputs[which].name
            self.report.kinks += [(problem.order, name, finding.index) for finding in findings]
        if not self.skip_kinks:
            raise KinkError(kink_message(problem, kinks, skip=False))
        outside = {
            which: [finding for finding in findings if not self._between(finding)]
            for which, findings in kinks.items()
        }
        if any(outside.values()):
            raise KinkError(kink_message(problem, outside, skip=True))
        if not compared:
            raise KinkError(
                f"{problem.caller}: {problem.name} has a kink at every element, so that nothing was "
                "compared; choose other inputs"
            )

    def _between(self, finding: Finding) -> bool:
        """Return whether the rule's value lies between the slopes on either side of a kink."""
        low, high = sorted((finding.slope.left, finding.slope.right))
        slack = self._tolerance(max(abs(low), abs(high))) + 1e-3 * (high - low)
        return low - slack <= finding.by_rule <= high + slack


def _row(
    problem: Problem, which: int, smooth: Sequence[Finding], left_out: int, kinks: int, wrong: int
) -> InputReport:
    """Return the report of one array, given what was found where there is a derivative."""
    one = problem.inputs[which]
    row = InputReport(one.name, one.array.shape, problem.order, len(smooth), left_out, kinks, wrong)
    if smooth:
        worst = max(smooth, key=lambda finding: finding.error)
        largest = max(abs(finding.slope.value) for finding in smooth)
        row.worst = Entry(worst.index, worst.by_rule, worst.slope.value)
        row.max_abs_error = worst.error
        row.max_rel_error = worst.error / (largest or 1.0)
    return row


def _as_array(problem: Problem, which: int, gradient: Any) -> NDArray:
    """Return the rules' gradient as an array; zeros where there is none.

    Raises:
        GradientError: If its shape or dtype is not the input's.
    """
    one = problem.inputs[which]
    if gradient is None:
        return np.zeros(one.array.shape)
    array: NDArray = gradient._data
    if array.shape != one.array.shape or array.dtype != np.float64:
        raise GradientError(
            f"{problem.caller}: the gradient of {problem.name} with respect to {one.name} has shape "
            f"{array.shape} and dtype {array.dtype}; the input has shape {one.array.shape} and dtype float64"
        )
    return array


def _elements(shape: tuple[int, ...], limit: int | None, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Return the indices to check: all, or ``limit`` of them, one at random from each of as many parts."""
    size = math.prod(shape)
    numbers = np.arange(size)
    if limit is not None and size > limit:
        edges = np.linspace(0, size, limit + 1).astype(int)
        numbers = rng.integers(edges[:-1], edges[1:])
    return [tuple(map(int, np.unravel_index(number, shape))) for number in numbers]
