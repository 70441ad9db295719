"""What a failed gradient check says: where, by how much, and how to see it again.

Before:  testing/problems.py.  Next: testing/reports.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.testing.differences import Slope
from minigrad.testing.problems import Problem

_LISTED = 5  # how many elements of an input a message lists, the worst ones first


@dataclass
class Finding:
    """An element whose derivative by the rule is not what was found numerically.

    Attributes:
        index: Where in its array it stands.
        by_rule: The rule's value.
        slope: The numerical derivative.
    """

    index: tuple[int, ...]
    by_rule: float
    slope: Slope

    @property
    def error(self) -> float:
        """By how much the two differ; infinite if one of them is not finite."""
        difference = abs(self.by_rule - self.slope.value)
        return difference if math.isfinite(difference) else math.inf


def wrong_message(
    problem: Problem, by_rule: Sequence[Any], wrong: dict[int, list[Finding]], seed: int
) -> str:
    """Return the message for wrong derivatives, given as lists by the input's number."""
    what = "gradient" if problem.order == 1 else "second derivative"
    lines = [f"{problem.caller}: the {what} of {problem.name} is wrong"]
    for which, findings in wrong.items():
        one = problem.inputs[which]
        if not findings:
            continue
        lines.append(
            f"  with respect to {one.name} of shape {one.array.shape}, at {len(findings)} of "
            f"{one.array.size} elements"
            + (", as the rules give no gradient" if by_rule[which] is None else "")
        )
        worst = sorted(findings, key=lambda finding: -finding.error)[:_LISTED]
        lines += [f"    at index {finding.index}: {_compared(finding)}" for finding in worst]
        if len(findings) > _LISTED:
            lines.append(f"    and {len(findings) - _LISTED} more")
    if problem.repeat is not None:
        return "\n".join([*lines, problem.repeat]).rstrip()
    lines.append(f"  to see it again, repeat the call with seed={seed} and")
    for one in problem.inputs:
        if one.position >= 0:
            values = np.array2string(one.array, separator=", ", threshold=50, precision=17)
            lines.append(f"    {one.name} = {values}")
    return "\n".join(lines)


def _compared(finding: Finding) -> str:
    if math.isnan(finding.slope.value):
        return (
            f"{finding.by_rule:.10g} by the rule; no numerical derivative, since the function is not "
            f"finite within {finding.slope.step:.0e} of the input: choose one inside its domain"
        )
    return (
        f"{finding.by_rule:.10g} by the rule, {finding.slope.value:.10g} numerically "
        f"(+- {finding.slope.uncertainty:.1g})"
    )


def kink_message(problem: Problem, found: dict[int, list[Finding]], skip: bool) -> str:
    """Return the message for kinks, given as lists by the input's number."""
    what = "" if problem.order == 1 else "the gradient of "
    lines = [f"{problem.caller}: {what}{problem.name} has a kink or a jump at these inputs"]
    for which, findings in found.items():
        one = problem.inputs[which]
        if not findings:
            continue
        lines.append(f"  along {one.name} of shape {one.array.shape}, at {len(findings)} elements")
        lines += [
            f"    at index {finding.index}: the slope is {finding.slope.left:.6g} to the left and "
            f"{finding.slope.right:.6g} to the right, by the rule {finding.by_rule:.6g}"
            for finding in findings[:_LISTED]
        ]
        if len(findings) > _LISTED:
            lines.append(f"    and {len(findings) - _LISTED} more")
    if skip:
        lines.append("  the rule's value is outside of these, which no convention allows")
    else:
        lines.append(
            "  there is no derivative to compare with, so this is no sign of a wrong rule: choose inputs "
            "away from there, or pass kinks='skip'"
        )
    return "\n".join([*lines, problem.repeat or ""]).rstrip()
