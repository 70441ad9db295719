"""plot_model: every layer and tensor is in the picture, nothing overlaps, and files are what they say."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import NotBuiltError
from minigrad.visualize.diagram_drawing import Arrow, Rectangle, Text

L = mg.layers
SVG = "{http://www.w3.org/2000/svg}"


def branching():
    mg.utils.clear_session()  # so that the op has the same name each time
    image = mg.Input((8, 8, 1), name="image")
    a = L.Conv2D(4, 3, padding="same", activation="relu", name="a")(image)
    b = L.Conv2D(4, 3, padding="same", name="b")(a)
    x = L.Add(name="sum")([a, b])
    block = mg.Sequential(
        [mg.Input((8, 8, 4)), L.MaxPooling2D(name="pool"), L.Flatten(name="flat")], name="block"
    )
    x = block(x)
    shared = L.Dense(64, name="shared")
    x = shared(shared(x)) * 0.5
    return mg.Model(image, L.Dense(3, name="scores")(x), name="net")


def titles(diagram):
    return [card.title for card in diagram.cards]


def named_edges(diagram):
    return [(titles(diagram)[upper], titles(diagram)[lower]) for upper, lower in diagram.edges]


# -- what is in it -----------------------------------------------------------------------------------


def test_a_line_of_layers():
    layers = [L.Conv2D(4, 3, name="conv"), L.Flatten(name="flat"), L.Dense(2, name="out")]
    model = mg.Sequential([mg.Input((8, 8, 1)), *layers])
    diagram = mg.utils.plot_model(model, None, show_shapes=True)
    assert titles(diagram) == ["Conv2D", "Flatten", "Dense"]
    assert diagram.edges == [(0, 1), (1, 2)]
    assert diagram.cards[0].lines == ["input: (None, 8, 8, 1)", "output: (None, 6, 6, 4)"]


def test_branches_ops_and_layers_called_twice():
    diagram = mg.visualize.model_diagram(branching())
    assert named_edges(diagram) == [
        ("image (InputLayer)", "a (Conv2D)"),
        ("a (Conv2D)", "b (Conv2D)"),
        ("a (Conv2D)", "sum (Add)"),
        ("b (Conv2D)", "sum (Add)"),
        ("sum (Add)", "block (Sequential)"),
        ("block (Sequential)", "shared (Dense)"),
        ("shared (Dense)", "shared (Dense), call 2"),
        ("shared (Dense), call 2", "multiply (Multiply)"),
        ("multiply (Multiply)", "scores (Dense)"),
    ]
    cards = {card.title: card for card in diagram.cards}
    assert cards["image (InputLayer)"].lines == ["output: (None, 8, 8, 1)"]
    assert cards["sum (Add)"].lines[0] == "input: (None, 8, 8, 4), (None, 8, 8, 4)"
    kinds = {card.kind for card in diagram.cards}
    assert kinds == {"input", "layer", "op", "model"}


def test_what_is_asked_for_is_shown():
    model = branching()
    model.get_layer("b").trainable = False
    diagram = mg.visualize.model_diagram(
        model, show_shapes=False, show_dtype=True, show_layer_activations=True, show_trainable=True
    )
    lines = {card.title: card.lines for card in diagram.cards}
    assert lines["a (Conv2D)"] == ["activation: relu", "dtype: float32", "trainable"]
    assert lines["b (Conv2D)"] == ["activation: linear", "dtype: float32", "not trainable"]
    assert lines["sum (Add)"] == ["dtype: float32"]
    assert titles(mg.utils.plot_model(model, None))[1] == "Conv2D"


def test_models_inside_are_shown_on_request():
    assert all(card.inner is None for card in mg.visualize.model_diagram(branching()).cards)
    diagram = mg.visualize.model_diagram(branching(), expand_nested=True)
    (block,) = [card for card in diagram.cards if card.inner is not None]
    assert titles(block.inner) == ["pool (MaxPooling2D)", "flat (Flatten)"]
    assert "flat (Flatten)" in diagram.to_svg()


class Net(mg.Model):
    def __init__(self):
        super().__init__(name="own")
        self.dense = L.Dense(2)

    def call(self, inputs):
        return self.dense(inputs)


def test_a_model_of_ones_own_is_one_box():
    net = Net()
    net(np.ones((1, 3)))
    diagram = mg.visualize.model_diagram(net, expand_nested=True)
    assert titles(diagram) == ["own (Net)"]
    assert diagram.cards[0].lines == ["input: (None, 3)", "output: (None, 2)"]


# -- how it is laid out ------------------------------------------------------------------------------


def overlap(one, other):
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def inside(one, other):
    return (
        one.left >= other.left
        and one.top >= other.top
        and one.left + one.width <= other.left + other.width
        and one.top + one.height <= other.top + other.height
    )


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
@pytest.mark.parametrize("expand_nested", [False, True])
def test_nothing_overlaps_and_texts_are_in_their_boxes(rankdir, expand_nested):
    diagram = mg.visualize.model_diagram(
        branching(),
        rankdir=rankdir,
        expand_nested=expand_nested,
        show_dtype=True,
        show_layer_activations=True,
        show_trainable=True,
    )
    shapes = diagram.shapes()
    boxes = [one for one in shapes if isinstance(one, Rectangle)]
    clusters = [one for one in boxes if one.dashed]
    assert len(clusters) == expand_nested
    for index, one in enumerate(boxes):
        assert one.left >= -0.01
        assert one.top >= -0.01
        assert one.left + one.width <= diagram.width + 0.01
        assert one.top + one.height <= diagram.height + 0.01
        for other in boxes[index + 1 :]:
            nested = any(
                inside(small, large) for small, large in ((one, other), (other, one)) if large.dashed
            )
            assert nested or not overlap(one, other)
    texts = [one for one in shapes if isinstance(one, Text)]
    for text in texts:
        half = 0.3 * text.size * len(text.text)
        letters = Rectangle(text.x - half, text.y - text.size, 2 * half, text.size, "", "")
        assert sum(inside(letters, box) for box in boxes) >= 1
        assert not any(overlap(letters, box) and not inside(letters, box) for box in boxes)
    for index, one in enumerate(texts):
        for other in texts[index + 1 :]:
            assert abs(one.y - other.y) >= 14 or abs(one.x - other.x) > 60


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
def test_arrows_lead_in_the_direction_that_is_asked_for(rankdir):
    diagram = mg.visualize.model_diagram(branching(), rankdir=rankdir)
    for shape in diagram.shapes():
        if isinstance(shape, Arrow):
            (x, y), (to_x, to_y) = shape.pieces[0][1][0], shape.pieces[-1][1][-1]
            assert {"TB": to_y > y, "BT": to_y < y, "LR": to_x > x, "RL": to_x < x}[rankdir]


@pytest.mark.parametrize(("splines", "sign"), [("curved", "C"), ("line", "L"), ("ortho", "L")])
def test_splines(splines, sign):
    diagram = mg.visualize.model_diagram(branching(), splines=splines)
    arrows = [shape for shape in diagram.shapes() if isinstance(shape, Arrow)]
    assert {piece[0] for arrow in arrows for piece in arrow.pieces} == {"M", sign}
    if splines == "ortho":
        for arrow in arrows:
            points = [point for _, part in arrow.pieces for point in part]
            for (x, y), (to_x, to_y) in itertools.pairwise(points):
                assert x == to_x or y == to_y


# -- as files ----------------------------------------------------------------------------------------


def test_svg(tmp_path):
    path = tmp_path / "model.svg"
    mg.utils.plot_model(branching(), path, show_shapes=True, show_layer_names=True, expand_nested=True)
    root = ElementTree.fromstring(path.read_text("utf-8"))
    assert root.tag == f"{SVG}svg"
    texts = [text.text for text in root.iter(f"{SVG}text")]
    for name in ("image (InputLayer)", "a (Conv2D)", "pool (MaxPooling2D)", "scores (Dense)"):
        assert name in texts
    assert "output: (None, 8, 8, 4)" in texts
    assert root.find(f"{SVG}rect").get("fill") == "#ffffff"  # also on a dark page
    assert mg.visualize.model_diagram(branching())._repr_svg_().startswith("<svg")


def test_names_are_escaped():
    model = mg.Sequential([mg.Input((3,)), L.Dense(2, name='a<b>&"c"')], name="net")
    diagram = mg.visualize.model_diagram(model)
    texts = [text.text for text in ElementTree.fromstring(diagram.to_svg()).iter(f"{SVG}text")]
    assert 'a<b>&"c" (Dense)' in texts
    assert '[label="a<b>&\\"c\\" (Dense)' in mg.utils.model_to_dot(model)


def test_dot(tmp_path):
    text = mg.utils.model_to_dot(branching(), show_shapes=True, rankdir="LR", dpi=90, splines="ortho")
    assert "graph [rankdir=LR, dpi=90, splines=ortho, compound=true]" in text
    labels = re.findall(r'n(\d+) \[label="([^"]*)"\]', text)
    assert labels[1] == ("1", r"a (Conv2D)\ninput: (None, 8, 8, 1)\noutput: (None, 8, 8, 4)")
    assert re.findall(r"n(\d+) -> n(\d+)", text)[:3] == [("0", "1"), ("1", "2"), ("1", "3")]
    nested = mg.utils.model_to_dot(branching(), expand_nested=True)
    assert 'subgraph "cluster_n4_" {' in nested
    assert 'n3 -> n4_0 [lhead="cluster_n4_"]' in nested
    assert 'n4_1 -> n5 [ltail="cluster_n4_"]' in nested
    assert nested.count("{") == nested.count("}")
    assert mg.utils.model_to_dot(branching(), subgraph=True).startswith('subgraph "cluster_n" {')
    path = tmp_path / "model.dot"
    mg.utils.plot_model(branching(), path)
    assert path.read_text("utf-8").startswith("digraph {")


def test_png_and_pdf(tmp_path):
    from PIL import Image

    model = branching()
    mg.utils.plot_model(model, tmp_path / "model.png", dpi=96)
    mg.utils.plot_model(model, tmp_path / "large.png", dpi=192)
    mg.utils.plot_model(model, tmp_path / "model.pdf")
    mg.utils.plot_model(model, tmp_path / "model")
    with Image.open(tmp_path / "model.png") as small, Image.open(tmp_path / "large.png") as large:
        assert small.size[0] == pytest.approx(large.size[0] / 2, abs=1)
        diagram = mg.utils.plot_model(model, None)
        assert small.size == pytest.approx((diagram.width + 36, diagram.height + 36), abs=2)
        assert np.asarray(small.convert("L")).min() < 60
    assert (tmp_path / "model.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "model").read_bytes().startswith(b"\x89PNG")


def test_the_default_is_keras(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mg.utils.plot_model(mg.Sequential([mg.Input((3,)), L.Dense(2)]))
    assert [path.name for path in tmp_path.iterdir()] == ["model.png"]


# -- bad input ---------------------------------------------------------------------------------------


def test_bad_input(tmp_path):
    model = branching()
    with pytest.raises(NotBuiltError, match="plot_model: 'later' isn't built yet"):
        mg.utils.plot_model(mg.Sequential([L.Dense(2)], name="later"), tmp_path / "m.svg")
    with pytest.raises(TypeError, match="plot_model: a model is needed; got Dense"):
        mg.utils.plot_model(L.Dense(2), tmp_path / "m.svg")
    with pytest.raises(ValueError, match="rankdir must be one of TB, BT, LR, RL; got 'down'"):
        mg.utils.plot_model(model, tmp_path / "m.svg", rankdir="down")
    with pytest.raises(ValueError, match=r"splines must be one of .*; got 'wild'"):
        mg.utils.model_to_dot(model, splines="wild")
    with pytest.raises(ValueError, match="dpi must be an integer >= 1; got 0"):
        mg.utils.plot_model(model, tmp_path / "m.svg", dpi=0)
    with pytest.raises(ValueError, match=r"no file of type 'doc' .*\.svg, \.dot.*\.png"):
        mg.utils.plot_model(model, tmp_path / "m.doc")
    with pytest.raises(TypeError, match="layer_range"):
        mg.utils.plot_model(model, layer_range=["a", "b"])
    assert not list(tmp_path.iterdir())
