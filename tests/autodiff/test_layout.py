"""Where boxes are put: in layers, in order, without overlap, and as straight as can be."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.autodiff.layout import layered

GAP, LAYER_GAP = 24.0, 40.0


@st.composite
def graphs(draw):
    """Return sizes and edges of a graph in which all edges lead from lower numbers to higher ones."""
    count = draw(st.integers(1, 14))
    sizes = [
        (draw(st.sampled_from([30.0, 80.0, 150.0])), draw(st.sampled_from([20.0, 44.0])))
        for _ in range(count)
    ]
    pairs = [(a, b) for b in range(count) for a in range(b)]
    edges = draw(st.lists(st.sampled_from(pairs), max_size=24)) if pairs else []
    return sizes, edges


@given(graphs())
def test_no_box_overlaps_another_and_all_is_inside(graph):
    sizes, edges = graph
    layout = layered(sizes, edges)
    boxes = [
        (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for (x, y), (w, h) in zip(layout.centers, sizes, strict=True)
    ]
    for a, b in itertools.combinations(boxes, 2):
        beside = a[2] + GAP <= b[0] + 1e-6 or b[2] + GAP <= a[0] + 1e-6
        below = a[3] <= b[1] + 1e-6 or b[3] <= a[1] + 1e-6
        assert beside or below
    assert min(box[0] for box in boxes) >= -1e-6
    assert min(box[1] for box in boxes) >= -1e-6
    assert max(box[2] for box in boxes) <= layout.width + 1e-6
    assert max(box[3] for box in boxes) <= layout.height + 1e-6


@given(graphs())
def test_edges_lead_down_from_box_to_box_and_pass_the_others_by(graph):
    sizes, edges = graph
    layout = layered(sizes, edges)
    for (upper, lower), route in zip(edges, layout.routes, strict=True):
        (ux, uy), (lx, ly) = layout.centers[upper], layout.centers[lower]
        assert route[0] == pytest.approx((ux, uy + sizes[upper][1] / 2))
        assert route[-1][1] == pytest.approx(ly - sizes[lower][1] / 2)
        assert abs(route[-1][0] - lx) < sizes[lower][0] / 2
        heights = [y for _, y in route]
        assert heights == sorted(heights)
        for (x, y), (to_x, to_y) in zip(route[1:-1:2], route[2:-1:2], strict=True):
            assert x == to_x  # upright where it passes a layer
            for (bx, by), (w, h) in zip(layout.centers, sizes, strict=True):
                if y - 1e-6 <= by - h / 2 and by + h / 2 <= to_y + 1e-6:
                    assert abs(bx - x) >= w / 2


def test_a_chain_runs_straight_down():
    layout = layered([(50, 20), (100, 20), (30, 20)], [(0, 1), (1, 2)])
    assert [x for x, _ in layout.centers] == pytest.approx([50, 50, 50])
    assert [y for _, y in layout.centers] == [10, 10 + 20 + LAYER_GAP, 10 + 2 * (20 + LAYER_GAP)]


def test_the_main_stream_is_straight_with_sources_at_its_side():
    # 0 -> 2 -> 4 -> 6, with a source for each of 2, 4 and 6
    layout = layered([(80, 20)] * 7, [(0, 2), (1, 2), (2, 4), (3, 4), (4, 6), (5, 6)])
    stream = [layout.centers[box][0] for box in (2, 4, 6)]
    assert max(stream) - min(stream) < 3
    assert layout.centers[3][1] == layout.centers[2][1]  # right above its use


def test_crossings_are_undone():
    # 0, 1, 2 lead to 5, 4, 3
    layout = layered([(30, 20)] * 6, [(0, 5), (1, 4), (2, 3)])
    above = sorted(range(3), key=lambda box: layout.centers[box])
    below = sorted(range(3, 6), key=lambda box: layout.centers[box])
    assert [5 - box for box in below] == above


def test_edges_that_arrive_together_stand_side_by_side():
    layout = layered([(60, 20), (60, 20)], [(0, 1), (0, 1)])
    (first, second) = (route[-1][0] for route in layout.routes)
    assert abs(first - second) > 10
    assert first + second == pytest.approx(2 * layout.centers[1][0])


def test_nothing_and_a_cycle():
    assert layered([], []) == ([], [], 0.0, 0.0)
    with pytest.raises(ValueError, match="layered: the graph has a cycle"):
        layered([(1, 1), (1, 1)], [(0, 1), (1, 0)])
