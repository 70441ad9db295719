"""Where to put the boxes of a graph: top to bottom, few crossings, nothing on top of anything.

Idea:    give each box a layer below all that it depends on; order the boxes of a layer by where their
         neighbours are, which uncrosses the edges; then shift each layer sideways towards its neighbours
         as far as the boxes leave room. An edge over several layers gets a thin stand-in in each.
Before:  nothing.  Next: svg.py, drawing.py.
Source:  K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical System
         Structures" (1981); the shifting is an isotonic regression by pooling of adjacent violators.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

Point = tuple[float, float]
Edge = tuple[int, int]

STAND_IN = 10.0  # the width that a passing edge is given
_ROUNDS = 12
_WEAK, _STRONG = 0.002, 8.0  # how hard neighbours pull, where it is not 1


class Layout(NamedTuple):
    """Where everything is, in the units of the sizes, from the left upper corner.

    Attributes:
        centers: Of each box.
        routes: For each edge the points it leads through, from the lower side of one box to the upper
            side of the other; between each two it may be drawn as a curve that is upright at both ends.
        width: Of the whole.
        height: Of the whole.
    """

    centers: list[Point]
    routes: list[list[Point]]
    width: float
    height: float


def layered(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[Edge],
    column_gap: float = 24.0,
    layer_gap: float = 40.0,
) -> Layout:
    """Lay out a graph without cycles in layers.

    Args:
        sizes: The width and height of each box.
        edges: Pairs of boxes, from the upper to the lower one; the same pair may be given twice.
        column_gap: The least distance between neighbours in a layer.
        layer_gap: The distance between layers.

    Example:
        >>> layout = layered([(20, 10), (20, 10), (30, 10)], [(0, 2), (1, 2)])
        >>> layout.centers
        [(10.0, 5.0), (54.0, 5.0), (32.0, 55.0)]
    """
    ranks = _ranks(len(sizes), edges)
    widths = [width for width, _ in sizes]
    chains: list[list[int]] = []
    for upper, lower in edges:
        chain = [upper]
        for rank in range(ranks[upper] + 1, ranks[lower]):
            chain.append(len(ranks))
            ranks.append(rank)
            widths.append(STAND_IN)
        chains.append([*chain, lower])
    links = [link for chain in chains for link in itertools.pairwise(chain)]
    layers = _ordered(ranks, links)
    xs = _columns(layers, widths, links, len(sizes), column_gap)

    left = min((x - width / 2 for x, width in zip(xs, widths, strict=True)), default=0.0)
    xs = [x - left for x in xs]
    heights = [max((sizes[box][1] for box in layer if box < len(sizes)), default=0.0) for layer in layers]
    tops = [sum(heights[:rank]) + rank * layer_gap for rank in range(len(layers))]
    middles = [top + height / 2 for top, height in zip(tops, heights, strict=True)]
    centers = [(xs[box], middles[ranks[box]]) for box in range(len(sizes))]
    ends = _ends(chains, xs, widths)
    routes = []
    for chain, end in zip(chains, ends, strict=True):
        upper, lower = chain[0], chain[-1]
        route = [(xs[upper], middles[ranks[upper]] + sizes[upper][1] / 2)]
        for box in chain[1:-1]:  # straight through the layer, where boxes are on both sides
            top = tops[ranks[box]]
            route += [(xs[box], top), (xs[box], top + heights[ranks[box]])]
        routes.append([*route, (end, middles[ranks[lower]] - sizes[lower][1] / 2)])
    width = max((x + width / 2 for x, width in zip(xs, widths, strict=True)), default=0.0)
    return Layout(centers, routes, width, tops[-1] + heights[-1] if layers else 0.0)


def _ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return each box's layer: below all that leads to it, and what nothing leads to right above its use."""
    above, below = _neighbours(edges)
    ranks = [0] * count
    waiting = {box: len(above[box]) for box in range(count)}
    ready = [box for box in range(count) if not waiting[box]]
    order = []
    while ready:
        box = ready.pop()
        order.append(box)
        for lower in below[box]:
            ranks[lower] = max(ranks[lower], ranks[box] + 1)
            waiting[lower] -= 1
            if not waiting[lower]:
                ready.append(lower)
    if len(order) != count:
        raise ValueError("layered: the graph has a cycle")
    for box in order:
        if not above[box] and below[box]:
            ranks[box] = min(ranks[lower] for lower in below[box]) - 1
    return ranks


def _neighbours(links: Sequence[Edge]) -> tuple[defaultdict[int, list[int]], defaultdict[int, list[int]]]:
    above: defaultdict[int, list[int]] = defaultdict(list)
    below: defaultdict[int, list[int]] = defaultdict(list)
    for upper, lower in links:
        above[lower].append(upper)
        below[upper].append(lower)
    return above, below


def _ordered(ranks: Sequence[int], links: Sequence[Edge]) -> list[list[int]]:
    """Return the boxes of each layer from left to right, with few crossings."""
    layers: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for box, rank in enumerate(ranks):
        layers[rank].append(box)
    above, below = _neighbours(links)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, below)
    for turn in range(2 * _ROUNDS):
        downward = turn % 2 == 0
        nearby = above if downward else below
        middle: dict[int, float] = {}
        for layer in layers if downward else reversed(layers):
            place = {box: index for other in layers for index, box in enumerate(other)}
            for box in layer:
                near = [place[other] for other in nearby[box]] or [place[box]]
                middle[box] = sum(near) / len(near)
            layer.sort(key=middle.__getitem__)
        crossings = _crossings(layers, below)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    return best


def _crossings(layers: Sequence[Sequence[int]], below: defaultdict[int, list[int]]) -> int:
    total = 0
    for upper, lower in itertools.pairwise(layers):
        place = {box: index for index, box in enumerate(lower)}
        ends = [place[box] for one in upper for box in sorted(below[one], key=place.__getitem__)]
        total += sum(a > b for index, a in enumerate(ends) for b in ends[index + 1 :])
    return total


def _columns(
    layers: Sequence[Sequence[int]], widths: Sequence[float], links: Sequence[Edge], real: int, gap: float
) -> list[float]:
    """Return the x of each box: as near to its neighbours as the boxes beside it allow.

    What nothing leads to gives way, so that the main stream runs straight, and so do long edges.
    """
    above, below = _neighbours(links)

    def pull(box: int, other: int) -> float:
        if box >= real and other >= real:
            return _STRONG
        return 1.0 if above[box] and above[other] else _WEAK

    xs = [0.0] * len(widths)
    for turn in range(6 * _ROUNDS):
        sides = ((above,), (below,), (above, below))[turn % 3]
        for layer in reversed(layers) if turn % 3 == 1 else layers:
            wanted = []
            for box in layer:
                near = [(pull(box, other), xs[other]) for side in sides for other in side[box]]
                weight = sum(strength for strength, _ in near)
                middle = sum(strength * x for strength, x in near) / weight if near else xs[box]
                wanted.append((middle, weight or _WEAK))
            _place(xs, layer, wanted, widths, gap)
    return xs


def _place(
    xs: list[float],
    layer: Sequence[int],
    wanted: Sequence[tuple[float, float]],
    widths: Sequence[float],
    gap: float,
) -> None:
    """Set xs to what is nearest to the wanted (x and weight) and keeps order and distance."""
    offsets = [0.0]
    for left, right in itertools.pairwise(layer):
        offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + gap)
    groups: list[tuple[float, float, int]] = []  # boxes that touch: where the first is, weight, count
    for (want, weight), offset in zip(wanted, offsets, strict=False):
        place, count = want - offset, 1
        while groups and groups[-1][0] > place:
            other, other_weight, other_count = groups.pop()
            place = (place * weight + other * other_weight) / (weight + other_weight)
            weight, count = weight + other_weight, count + other_count
        groups.append((place, weight, count))
    places = [place for place, _, count in groups for _ in range(count)]
    for box, place, offset in zip(layer, places, offsets, strict=False):
        xs[box] = place + offset


def _ends(chains: Sequence[Sequence[int]], xs: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Return where on the upper side of its box each edge arrives: side by side, from left to right."""
    arriving: defaultdict[int, list[int]] = defaultdict(list)
    for index, chain in enumerate(chains):
        arriving[chain[-1]].append(index)
    ends = [0.0] * len(chains)
    for box, indices in arriving.items():
        indices.sort(key=lambda index: xs[chains[index][-2]])
        step = min(18.0, 0.7 * widths[box] / len(indices))
        for place, index in enumerate(indices):
            ends[index] = xs[box] + step * (place - (len(indices) - 1) / 2)
    return ends
