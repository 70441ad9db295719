"""sliding_window: the lecture's animation, with numbers that are right at each step."""

import io
import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError

slide = mg.visualize.sliding_window


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_lectures_example():
    steps = slide()
    assert steps.output.tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    assert len(steps) == 9
    assert repr(steps) == "<SlidingWindow image=(5, 5), kernel=(3, 3), output=(3, 3)>"
    figure = steps.frame(1)
    assert figure.get_suptitle() == "Convolution, stride 1, padding valid: step 2 of 9"
    shown = texts(figure)
    assert {"image", "kernel", "output"} <= set(shown)
    assert shown[-1] == "1·1 + 1·0 + 0·1 + 1·0 + 1·1 + 1·0 + 0·1 + 1·0 + 1·1 = 3"
    assert shown.count("×1") == 5
    assert shown.count("×0") == 4


def test_the_output_fills_step_by_step():
    steps = slide()
    for index in range(9):
        filled = texts(steps.frame(index))
        start = filled.index("output") + 1
        cells = filled[start : start + 9]
        expected = [f"{value:g}" for value in steps.output.flat]
        assert cells == expected[: index + 1] + [""] * (8 - index)
    assert texts(steps.frame(-1)) == texts(steps.frame(8))


def test_the_spelled_out_sums_are_right():
    rng = np.random.default_rng(0)
    image, kernel = rng.integers(-5, 6, (5, 4)), rng.integers(-3, 4, (2, 3))
    steps = slide(image, kernel, padding="SAME")
    for index, value in enumerate(steps.output.flat):
        formula, result = texts(steps.frame(index))[-1].split(" = ")
        assert eval(formula.replace("·", "*")) == float(result) == value


@given(
    st.tuples(st.integers(1, 7), st.integers(1, 7)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from(["valid", "same"]),
)
def test_the_output_is_that_of_the_op(shape, size, strides, padding):
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=shape), rng.normal(size=size)
    if padding == "valid" and (size[0] > shape[0] or size[1] > shape[1]):
        with pytest.raises(ShapeError, match="does not fit"):
            slide(image, kernel, strides, padding)
        return
    expected = ops.conv(image[None, ..., None], kernel[..., None, None], strides, padding)
    found = slide(image, kernel, strides, padding)
    np.testing.assert_allclose(found.output, np.asarray(expected)[0, ..., 0], rtol=1e-10, atol=1e-12)


def test_dilation_and_padding_are_drawn():
    steps = slide(np.ones((5, 5)), np.ones((2, 2)), dilation_rate=2, padding="same")
    expected = ops.conv(np.ones((1, 5, 5, 1)), np.ones((2, 2, 1, 1)), 1, "same", dilation_rate=2)
    np.testing.assert_array_equal(steps.output, np.asarray(expected)[0, ..., 0])
    figure = steps.frame(0)
    assert "image, padded" in texts(figure)
    assert "dilation (2, 2)" in figure.get_suptitle()
    dashed = [one for one in figure.axes[0].patches if one.get_linestyle() == "--"]
    assert len(dashed) == 7 * 7 - 5 * 5 - 3  # all zeros but the three that the window sees


def test_the_gif_has_a_frame_for_each_step(tmp_path):
    steps = slide(np.arange(12.0).reshape(3, 4), np.ones((2, 2)))
    path = tmp_path / "new" / "c.gif"
    steps.save(path, seconds=0.5)
    with Image.open(path) as gif:
        assert (gif.format, gif.n_frames) == ("GIF", 6)
        assert gif.info["loop"] == 0
        times, pictures = [], []
        for index in range(6):
            gif.seek(index)
            times.append(gif.info["duration"])
            pictures.append(np.asarray(gif.convert("RGB")))
        assert times == [500] * 5 + [2000]
    assert all((one != other).any() for one, other in itertools.pairwise(pictures))
    size = Image.open(io.BytesIO(steps.frame(0)._repr_png_())).size
    assert pictures[0].shape[1] == pytest.approx(0.9 * size[0], abs=2)


def test_a_notebook_plays_it():
    page = slide(np.ones((2, 2)), np.ones((2, 2)))._repr_html_()
    assert re.match(r'<img alt="[^"]+" src="data:image/gif;base64,R0lGOD', page)


def test_bad_input(tmp_path):
    with pytest.raises(ShapeError, match=r"image must have two axes.*got \(3, 3, 1\)"):
        slide(np.ones((3, 3, 1)))
    with pytest.raises(ShapeError, match=r"kernel must have two axes.*got \(3,\)"):
        slide(kernel=[1, 2, 3])
    with pytest.raises(ShapeError, match=r"up to 400 cells are drawn; got an image of \(28, 28\)"):
        slide(np.ones((28, 28)))
    with pytest.raises(ValueError, match="strides must be an integer or 2 integers"):
        slide(strides=0)
    with pytest.raises(IndexError, match="there are 9 steps, and no step 9"):
        slide().frame(9)
    with pytest.raises(ValueError, match=r"must end in .gif; got 'c.mp4'"):
        slide().save("c.mp4")
    with pytest.raises(ValueError, match="seconds must be a number"):
        slide().save(tmp_path / "c.gif", seconds=0)
    assert not list(tmp_path.iterdir())


def test_large_numbers_are_whole_and_stay_inside_their_cells():
    image = np.full((16, 16), -999.0)
    steps = slide(image, np.full((5, 5), 1.0))
    figure = steps.frame(143)
    shown = texts(figure)
    assert shown.count("-24975") == 144
    figure.canvas.draw()
    axes = figure.axes[0]
    side = np.diff(axes.transData.transform([(0, 0), (1, 0)])[:, 0])[0]
    for text in axes.texts:
        if text.get_text() in ("-24975", "-999"):
            assert text.get_window_extent().width < side
