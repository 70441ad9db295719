"""The formulas of windows, filled in: what they say is what shapes.py computes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.errors import ShapeError
from minigrad.explanation.windows import axes_lines, window_lines
from minigrad.shapes import output_size, same_padding

SIZES = {
    "size": st.integers(1, 40),
    "kernel_size": st.integers(1, 7),
    "stride": st.integers(1, 7),
    "dilation": st.integers(1, 3),
}


def evaluate(formula):
    """Compute a formula as it is written: floor and ceil of integer quotients, and dots for products."""
    code = formula.replace("·", "*")
    code = re.sub(r"ceil\(([^)]*?) / (\d+)\)", r"(-(-(\1) // \2))", code)
    code = re.sub(r"floor\((.*) / (\d+)\)", r"((\1) // \2)", code)
    return eval(code)


def by_topic(lines):
    return {line.topic: line.text for line in lines}


@given(**SIZES)
def test_same(size, kernel_size, stride, dilation):
    lines = by_topic(window_lines(size, kernel_size, stride, dilation, "same"))
    before, after = same_padding(size, kernel_size, stride, dilation)
    output = output_size(size, kernel_size, stride, dilation, (before, after))
    formula, result = lines["output"].split(" = ")[-2:]
    assert evaluate(formula) == int(result) == output == -(-size // stride)
    formula, result = lines["padding"].split(",")[0].split(" = ")[-2:]
    assert evaluate(formula) == int(result)
    assert max(0, int(result)) == before + after
    start, end = re.findall(r"= (\d+) at", lines["P_start, P_end"])
    assert (int(start), int(end)) == (before, after)


@given(**SIZES)
def test_valid(size, kernel_size, stride, dilation):
    span = (kernel_size - 1) * dilation + 1
    if span > size:
        with pytest.raises(ShapeError, match="does not fit"):
            window_lines(size, kernel_size, stride, dilation, "valid")
        return
    lines = by_topic(window_lines(size, kernel_size, stride, dilation, "valid"))
    formula, result = lines["output"].split(" = ")[-2:]
    assert evaluate(formula) == int(result) == output_size(size, kernel_size, stride, dilation)
    reached = (int(result) - 1) * stride + span
    dropped = re.search(r"the last (\d+ )?cell", lines["padding"])
    assert (int(dropped.group(1) or 1) if dropped else 0) == size - reached
    assert ("window" in lines) == (dilation > 1)


def test_causal():
    lines = by_topic(window_lines(10, 3, 1, 2, "causal"))
    assert lines["padding"] == "P_start = F - 1 = 5 - 1 = 4, P_end = 0: causal"
    assert lines["output"].endswith("= floor((10 + 4 - 5) / 1) + 1 = 10")


def test_a_stride_beyond_the_window_steps_over_cells():
    lines = by_topic(window_lines(9, 1, 4, 1, "same"))
    assert lines["padding"] == "P = S·O - I + F - S = 4·3 - 9 + 1 - 4 = 0"
    lines = by_topic(window_lines(8, 1, 4, 1, "same"))
    assert lines["padding"].endswith("= -3, so P = 0: the windows leave out 3 cells")
    lines = by_topic(window_lines(6, 1, 4, 1, "same"))
    assert lines["padding"].endswith("= -1, so P = 0: the windows leave out 1 cell")


@pytest.mark.parametrize(
    ("size", "end"),
    [
        (7, "valid"),
        (8, "valid; the last cell fits no window and is dropped"),
        (9, "valid; the last 2 cells fit no window and are dropped"),
    ],
)
def test_what_valid_drops(size, end):
    assert by_topic(window_lines(size, 4, 3, 1, "valid"))["padding"] == f"P_start = P_end = 0: {end}"


def test_axes():
    topics = [line.topic for line in axes_lines((5, 6), (3, 3), (1, 1), (1, 1), "valid")]
    assert topics == ["height: output", "height: padding", "width: output", "width: padding"]
    assert axes_lines((5,), (3,), (1,), (1,), "valid")[0].topic == "length: output"
