"""padding: the cells, the windows and the formulas of SAME and VALID."""

import pytest
from matplotlib.patches import Rectangle

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.shapes import same_padding

draw = mg.visualize.padding


def cells(axes):
    """Return the cells as (x, text, is padding, is hatched), from left to right."""
    texts = {
        round(text.get_position()[0], 3): text.get_text()
        for text in axes.texts
        if text.get_position()[1] == 0.5
    }
    squares = [one for one in axes.patches if isinstance(one, Rectangle) and one.get_y() == 0]
    return sorted(
        (
            one.get_x(),
            texts[round(one.get_x() + 0.5, 3)],
            one.get_linestyle() == "--",
            one.get_hatch() is not None,
        )
        for one in squares
    )


def windows(axes):
    bars = [one for one in axes.patches if one.get_y() > 1]
    return [(round(one.get_x() - 0.06, 3), round(one.get_width() + 0.12, 3)) for one in bars]


def test_the_lectures_example():
    figure = draw(7, kernel_size=3, strides=2)
    assert figure.get_suptitle() == "A window of 3 over 7 cells, stride 2"
    valid, same = figure.axes
    assert valid.get_title(loc="left") == "VALID: 7 -> 3 cells, P_start = 0, P_end = 0"
    assert same.get_title(loc="left") == "SAME: 7 -> 4 cells, P_start = 1, P_end = 1"
    assert [text for _, text, _, _ in cells(valid)] == list("1234567")
    assert [text for _, text, _, _ in cells(same)] == list("012345670")
    assert [padded for _, _, padded, _ in cells(same)] == [True, *[False] * 7, True]
    assert windows(valid) == [(0, 3), (2, 3), (4, 3)]
    assert windows(same) == [(-1, 3), (1, 3), (3, 3), (5, 3)]
    texts = [text.get_text() for text in same.texts]
    assert "output:  O = ceil(I / S) = ceil(7 / 2) = 4" in texts
    assert "padding:  P = S·O - I + F - S = 2·4 - 7 + 3 - 2 = 2" in texts
    assert "P_start, P_end:  floor(2 / 2) = 1 at the start, ceil(2 / 2) = 1 at the end" in texts


def test_cells_that_are_dropped_are_hatched():
    (valid,) = draw(13, 6, 5, modes="VALID").axes
    assert [text for _, text, _, hatched in cells(valid) if hatched] == ["12", "13"]
    (same,) = draw(9, 1, 4, modes=["same"]).axes
    assert [text for _, text, _, hatched in cells(same) if hatched] == ["2", "3", "4", "6", "7", "8"]


def test_dilation_and_causal():
    figure = draw(10, 3, dilation_rate=2, modes=["causal"])
    assert figure.get_suptitle().endswith("stride 1, dilation 2")
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "CAUSAL: 10 -> 10 cells, P_start = 4, P_end = 0"
    assert set(windows(axes)) == {(place - 4, 5) for place in range(10)}
    dots = axes.lines[0].get_xdata()
    assert list(dots) == [-3.5, -1.5, 0.5]


@pytest.mark.parametrize("size", [1, 5, 12, 40])
def test_padding_is_split_as_shapes_does(size):
    (axes,) = draw(size, 4, 1, modes=["same"]).axes
    before, after = same_padding(size, 4)
    drawn = cells(axes)
    assert [padded for _, _, padded, _ in drawn] == [True] * before + [False] * size + [True] * after
    if size > 12:
        assert f"... and {size - 12} more windows" in [text.get_text() for text in axes.texts]


def test_texts_stay_within_the_figure():
    figure = draw(40, 7, 3)
    figure.draw_without_rendering()
    width, height = figure.canvas.get_width_height()
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert box.x0 >= 0
            assert box.x1 <= width
            assert box.y0 >= 0
            assert box.y1 <= height


def test_bad_input():
    with pytest.raises(ValueError, match="padding: up to 40 cells are drawn; got size=41"):
        draw(41)
    with pytest.raises(ValueError, match="padding: kernel_size must be an integer >= 1; got 0"):
        draw(5, 0)
    with pytest.raises(ValueError, match=r"padding must be 'valid' or 'same' or 'causal'.*got 'full'"):
        draw(5, modes=["full"])
    with pytest.raises(ValueError, match="at least one"):
        draw(5, modes=[])
    with pytest.raises(ShapeError, match="does not fit"):
        draw(3, kernel_size=5)
