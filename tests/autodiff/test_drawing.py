"""graph: what is drawn of a recorded computation, and in which form."""

import gc
import os
import re
import weakref
from xml.etree import ElementTree

import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.autodiff.custom_gradient import custom_gradient
from minigrad.autodiff.drawing import MAX_NODES, Graph, graph
from minigrad.errors import GraphError

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def x():
    return mg.Tensor([1.0, 2.0], requires_grad=True)


def titles(picture):
    return [box.title for box in picture.boxes]


def named_edges(picture):
    return sorted((picture.boxes[upper].title, picture.boxes[lower].title) for upper, lower in picture.edges)


# -- what is in it -----------------------------------------------------------------------------------


def test_ops_leaves_constants_and_edges(x):
    y = mg.Tensor(np.float64(3.0), requires_grad=True)
    picture = graph((x * y + 2.0 * ops.tanh(x)).sum(), names={"x": x, "y": y})
    assert sorted(titles(picture)) == sorted(
        ["x", "y", "cast", "multiply", "2", "tanh", "cast", "multiply", "add", "sum"]
    )
    assert named_edges(picture) == [
        ("2", "multiply"),
        ("add", "sum"),
        ("cast", "add"),
        ("cast", "multiply"),
        ("multiply", "add"),
        ("multiply", "cast"),
        ("tanh", "multiply"),
        ("x", "cast"),
        ("x", "tanh"),
        ("y", "multiply"),
    ]
    details = {box.title: box.detail for box in picture.boxes}
    assert details["x"] == "(2,) float32"
    assert details["tanh"] == "(2,) float32"
    assert details["cast"] == "(2,) float64"
    assert details["sum"] == "() float64"
    assert details["2"] == ""
    kinds = {box.title: box.kind for box in picture.boxes}
    assert (kinds["x"], kinds["2"], kinds["sum"]) == ("tensor", "constant", "op")
    assert titles(picture)[-1] == "sum"


def test_variables_are_called_by_their_path():
    layer = mg.layers.Dense(2, name="out")
    picture = graph(layer(np.ones((1, 3), np.float32)))
    assert {"out/kernel", "out/bias"} <= set(titles(picture))
    assert "(1, 3) float32" in [box.detail for box in picture.boxes if box.title == "constant"]


def test_tensors_without_a_name_and_names_of_results(x):
    h = ops.tanh(x)
    picture = graph(h.sum(), names={"h": h, "elsewhere": mg.Tensor(1.0)})
    assert titles(picture) == ["tensor", "h = tanh", "sum"]
    del h
    y = ops.tanh(mg.Tensor([1.0], requires_grad=True))  # the tensor itself is gone
    assert titles(graph(y)) == ["tensor", "tanh"]


def test_the_same_tensor_twice_has_two_edges(x):
    picture = graph(x * x)
    assert picture.edges == [(0, 1), (0, 1)]
    constant = mg.Tensor([1.0, 2.0])
    picture = graph(x * constant + x * constant * constant)
    assert titles(picture).count("constant") == 1


def test_several_outputs(x):
    first, second = ops.split(x, 2)
    picture = graph(first * second)
    assert titles(picture) == ["tensor", "split", "output 0", "output 1", "multiply"]
    assert [box.kind for box in picture.boxes] == ["tensor", "op", "output", "output", "op"]
    assert picture.boxes[1].detail == "2 outputs"
    assert picture.boxes[2].detail == "(1,) float32"
    assert picture.edges == [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)]
    assert titles(graph(second)) == ["tensor", "split", "output 1"]


def test_sequences_and_optional_inputs(x):
    picture = graph(ops.concatenate([x, mg.Tensor([1.0]), x]))
    assert named_edges(picture) == [
        ("constant", "concatenate"),
        ("tensor", "concatenate"),
        ("tensor", "concatenate"),
    ]
    images, kernel = (
        np.ones((1, 3, 3, 1), np.float32),
        mg.Tensor(np.ones((2, 2, 1, 1), np.float32), requires_grad=True),
    )
    picture = graph(ops.conv(images, kernel))  # without a bias
    assert sorted(titles(picture)) == ["constant", "conv2d", "tensor"]


def test_custom_gradients_and_recorded_gradients(x):
    f = custom_gradient(lambda a, b: (a * b, lambda g: (g, g)))
    assert titles(graph(f(x, mg.Tensor(2.0)))) == ["tensor", "constant", "<lambda>"]
    slope = mg.grad((x * x * x).sum(), x, create_graph=True)
    assert "multiply" in titles(graph(slope))


def test_a_single_tensor(x):
    picture = graph(x)
    assert (titles(picture), picture.edges) == (["tensor"], [])
    ElementTree.fromstring(picture.to_svg())


def test_what_has_no_graph(x):
    with pytest.raises(GraphError, match="graph: this tensor requires no gradient"):
        graph(mg.Tensor(1.0))
    with pytest.raises(TypeError, match="graph: a tensor is needed; got ndarray"):
        graph(np.ones(2))
    y = (x * x).sum()
    y.backward()
    with pytest.raises(GraphError, match="was freed"):
        graph(y)


def test_a_picture_keeps_nothing_alive(x):
    gc.disable()
    try:
        y = ops.tanh(x)
        watched = weakref.ref(y._node)
        picture = graph(y)
        del y
        assert watched() is None
    finally:
        gc.enable()
    assert repr(picture) == "<Graph nodes=2, edges=1>"


# -- its forms ---------------------------------------------------------------------------------------


def test_svg_holds_all_texts_and_arrows(x):
    picture = graph((x * x + 1.0).sum(), names={"a<b & c": x})
    root = ElementTree.fromstring(picture.to_svg())
    texts = [one.text for one in root.iter(f"{SVG}text") if one.text]
    assert texts == [text for box in picture.boxes for text in (box.title, box.detail) if text]
    assert "a<b & c" in texts
    arrows = [one for one in root.iter(f"{SVG}path") if one.get("marker-end")]
    assert len(arrows) == len(picture.edges)
    background = next(root.iter(f"{SVG}rect"))
    assert (background.get("fill"), background.get("width")) == ("#ffffff", "100%")
    assert picture._repr_svg_() == picture.to_svg()


def test_boxes_are_as_wide_as_their_text(x):
    picture = graph(x * 1.0, names={"a tensor with a very long name indeed": x})
    root = ElementTree.fromstring(picture.to_svg())
    rects, texts = list(root.iter(f"{SVG}rect"))[1:], list(root.iter(f"{SVG}text"))[::2]
    for rect, text in zip(rects, texts, strict=True):
        assert float(rect.get("width")) >= 0.6 * 13 * len(text.text)
        assert float(text.get("x")) == pytest.approx(
            float(rect.get("x")) + float(rect.get("width")) / 2, abs=0.2
        )
    assert float(root.get("width")) >= max(float(rect.get("width")) for rect in rects)


def test_dot(x):
    picture = graph(x * 2.0, names={'say "x\\y"': x})
    text = picture.to_dot()
    assert text.startswith("digraph {\n")
    assert text.endswith("}\n")
    assert r'n0 [label="say \"x\\y\"\n(2,) float32"' in text
    assert re.findall(r"n(\d) -> n(\d)", text) == [(str(upper), str(lower)) for upper, lower in picture.edges]


def test_large_graphs_are_for_graphviz(x):
    y = x
    for _ in range(MAX_NODES):
        y = ops.tanh(y)
    picture = graph(y)
    assert len(picture.boxes) == MAX_NODES + 1
    with pytest.raises(ValueError, match=r"a graph of 61 nodes is too large to draw clearly .* to_dot\(\)"):
        picture.to_svg()
    assert picture._repr_svg_() is None
    assert picture.to_dot().count("->") == MAX_NODES
    ElementTree.fromstring(picture.to_svg(max_nodes=100))


@pytest.mark.parametrize("ending", ["svg", "dot", "gv"])
def test_save_writes_the_form_that_the_name_says(ending, x, tmp_path):
    picture = graph(x * 2.0)
    path = tmp_path / f"graph.{ending}"
    path.write_text("old")
    picture.save(path)
    assert path.read_text("utf-8") == (picture.to_svg() if ending == "svg" else picture.to_dot())
    picture.save(str(path))
    assert os.listdir(tmp_path) == [path.name]


def test_save_leaves_what_was_there_where_it_fails(x, tmp_path, monkeypatch):
    picture = graph(x * 2.0)
    with pytest.raises(ValueError, match=r"must end in .svg, .dot or .gv; got '.*graph.png'"):
        picture.save(tmp_path / "graph.png")
    path = tmp_path / "graph.svg"
    path.write_text("old")

    def fail(*args):
        raise OSError("no")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no"):
        picture.save(path)
    assert os.listdir(tmp_path) == ["graph.svg"]
    assert path.read_text() == "old"
    with pytest.raises(FileNotFoundError):
        picture.save(tmp_path / "nowhere" / "graph.svg")


def test_an_empty_picture():
    ElementTree.fromstring(Graph([], []).to_svg())
