"""Einstein's summation convention: any product and sum, in one line of letters.

Idea:    whatever the letters say, it comes down to four steps: read diagonals (a letter twice in one
         operand), sum what stands alone, multiply two operands at a time, and order the result's axes. The
         product of two is a matrix product once its axes are grouped, and its derivative is another one:
         for "ab,bc->ac", dx1 is "ac,bc->ab".
Shapes:  "bij,bjk->bik": (B, I, J), (B, J, K) -> (B, I, K)
Before:  ops/matrix_products.py, ops/diagonals.py.  Next: ops/solving.py.
Source:  ``keras.ops.einsum``, ``numpy.einsum`` and its ``einsum_path``.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.kernels.matmul import matmul as matmul_kernel
from minigrad.ops.axes import transpose
from minigrad.ops.diagonals import diagonal
from minigrad.ops.reduction import sum
from minigrad.ops.reshape import reshape
from minigrad.shapes import Shape


def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """Multiply operands and sum, as the letters of their axes say.

    Each letter names an axis; axes of one letter run together. Letters that are missing from the output
    are summed over. A letter that an operand has twice reads its diagonal; ``...`` stands for all
    further axes, which broadcast.

    Args:
        subscripts: The operands' letters, separated by commas, and the output's behind ``->``. Without an
            output, it gets the letters that occur once, in alphabetical order.
        *operands: Tensors, arrays or lists, one for each group of letters.
        **kwargs: ``optimize`` alone, as NumPy has it: which operands to multiply first, if there are more
            than two. True (the default) or "greedy", "optimal", False for the given order, or a path.

    Returns:
        A tensor with the output's axes.

    Raises:
        ShapeError: If the letters can't be read, or don't fit the operands; it says which.
        ValueError: For an unknown way to optimize.
        TypeError: For another keyword, or subscripts that aren't a string.

    Source: ``keras.ops.einsum``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> mg.ops.einsum("ij,j->i", x, mg.Tensor([1.0, 10.0]))
        Tensor([21., 43.], shape=(2,), dtype=float32)
        >>> mg.ops.einsum("ii", x).item()
        5.0
    """
    optimize = kwargs.pop("optimize", True)
    if kwargs:
        raise TypeError(f"einsum: the only keyword is optimize; got {', '.join(map(repr, kwargs))}")
    if optimize not in (True, False, "greedy", "optimal") and not isinstance(optimize, list | tuple):
        raise ValueError(
            f"einsum: optimize must be a boolean, 'greedy', 'optimal' or a path; got {optimize!r}"
        )
    shapes = [np.shape(operand) for operand in operands]
    terms, output, sizes = parse_subscripts(subscripts, shapes)
    path = _path(terms, output, sizes, optimize)
    prepared = [_distinct(x, term, sizes) for x, term in zip(operands, terms, strict=True)]
    for step in path:
        chosen = [prepared.pop(index) for index in sorted(step, reverse=True)][::-1]
        x, term = chosen[0]
        for rank, (other, letters) in enumerate(chosen[1:], start=2):
            later = {*output}.union(*(rest for _, rest in (*prepared, *chosen[rank:])))
            x, term = _multiply(x, term, other, letters, later)
        prepared.append((x, term))
    x, term = prepared[0]
    x, term = _sum_alone(x, term, {*output})
    return transpose(x, tuple(term.index(letter) for letter in output))


# -- the letters ---------------------------------------------------------------------------------


def parse_subscripts(subscripts: str, shapes: Sequence[Shape]) -> tuple[list[str], str, dict[str, int]]:
    """Return the operands' letters, the output's, and each letter's size; the dots are letters by then.

    Raises:
        ShapeError: If they can't be read, or don't fit the shapes.
        TypeError: If subscripts isn't a string.

    Example:
        >>> parse_subscripts("...i,i", [(2, 3), (3,)])
        (['ai', 'i'], 'a', {'a': 2, 'i': 3})
    """
    if not isinstance(subscripts, str):
        raise TypeError(f"einsum: subscripts must be a string such as 'ij,jk->ik'; got {subscripts!r}")

    def fail(reason: str) -> ShapeError:
        listed = " and ".join(map(str, shapes))
        return ShapeError(f"einsum: {reason} (subscripts {subscripts!r}, shapes {listed})")

    groups, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = groups.split(",")
    for text in (*terms, output):
        letters = text.replace("...", "", 1)
        if strange := [sign for sign in letters if sign not in string.ascii_letters]:
            raise fail(f"{strange[0]!r} is not a letter, a comma, '->' or one '...' a group")
    if len(terms) != len(shapes):
        raise fail(f"letters for {len(terms)} operand(s), but {len(shapes)} given")

    free = [letter for letter in string.ascii_letters if letter not in subscripts]
    extra = [len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes, strict=True)]
    for index, (term, more) in enumerate(zip(terms, extra, strict=True)):
        if more < 0 or (more and "..." not in term):
            raise fail(f"{term!r} does not fit operand {index}, which has {len(shapes[index])} axes")
    dots = free[: max(extra)]
    if len(dots) < max(extra):
        raise fail("more axes than there are letters")
    meant = ["".join(dots[len(dots) - more :]) for more in extra]
    terms = [term.replace("...", letters) for term, letters in zip(terms, meant, strict=True)]
    counts = {letter: "".join(terms).count(letter) for letter in "".join(terms)}
    if not arrow:
        output = "".join(sorted(letter for letter in counts if counts[letter] == 1 and letter not in dots))
        output = "..." + output
    elif dots and "..." not in output:
        raise fail("the operands have axes for '...', so the output must have '...', too")
    output = output.replace("...", "".join(dots))
    for letter in output:
        if letter not in counts:
            raise fail(f"the output's {letter!r} is in no operand")
        if output.count(letter) > 1:
            raise fail(f"the output has {letter!r} twice")
    return terms, output, _sizes(terms, shapes, dots, fail)


def _sizes(terms: list[str], shapes: Sequence[Shape], dots: list[str], fail: Any) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            before = sizes.setdefault(letter, size)
            if before != size and 1 not in (before, size):
                name = "..." if letter in dots else letter
                raise fail(f"{name!r} stands for axes of sizes {before} and {size}")
            if term.count(letter) > 1 and size != shape[term.index(letter)]:
                raise fail(f"{letter!r} is twice in {term!r}, for axes of sizes that differ")
            sizes[letter] = size if before == 1 else before
    return sizes


def _path(terms: list[str], output: str, sizes: dict[str, int], optimize: Any) -> list[Any]:
    """Return which operands to multiply, step by step; each product goes to the end of the list."""
    if len(terms) <= 2:
        return [tuple(range(len(terms)))]
    nothing = np.empty(())
    stand_ins = [np.broadcast_to(nothing, [sizes[letter] for letter in term]) for term in terms]
    path, _ = np.einsum_path(",".join(terms) + "->" + output, *stand_ins, optimize=optimize)
    return list(path[1:])


# -- the steps -----------------------------------------------------------------------------------


def _distinct(x: Any, term: str, sizes: dict[str, int]) -> tuple[Any, str]:
    """Return the operand with each letter once, and without axes of size 1 that others have larger."""
    while twice := next((letter for letter in term if term.count(letter) > 1), ""):
        first = term.index(twice)
        second = term.index(twice, first + 1)
        x = diagonal(x, 0, first, second)
        term = term[:first] + term[first + 1 : second] + term[second + 1 :] + twice
    shape = np.shape(x)
    kept = [axis for axis, letter in enumerate(term) if shape[axis] == sizes[letter]]
    if len(kept) < len(term):
        x = reshape(x, [shape[axis] for axis in kept])
    return x, "".join(term[axis] for axis in kept)


def _sum_alone(x: Any, term: str, later: set[str]) -> tuple[Any, str]:
    """Sum over the letters that nobody else needs."""
    alone = tuple(axis for axis, letter in enumerate(term) if letter not in later)
    if alone:
        x = sum(x, alone)
    return x, "".join(letter for letter in term if letter in later)


def _multiply(x1: Any, term1: str, x2: Any, term2: str, later: set[str]) -> tuple[Any, str]:
    """Multiply two operands and sum over the letters that nothing later needs."""
    x1, term1 = _sum_alone(x1, term1, later | {*term2})
    x2, term2 = _sum_alone(x2, term2, later | {*term1})
    term = "".join(dict.fromkeys(letter for letter in term1 + term2 if letter in later))
    return _einsum(x1, x2, (term1, term2, term)), term


@differentiable
def _einsum(x1: Array, x2: Array, letters: Any) -> Any:
    """Multiply two arrays; each letter is there twice at least, among (x1's, x2's, the output's)."""
    first, second, output = letters
    dtype = np.result_type(x1, x2)  # a Python number follows the other's
    x1, x2 = np.asarray(x1, dtype), np.asarray(x2, dtype)
    batch = [letter for letter in output if letter in first and letter in second]
    left = [letter for letter in output if letter not in second]
    right = [letter for letter in output if letter not in first]
    summed = [letter for letter in first if letter in second and letter not in output]

    size = dict(zip(first + second, x1.shape + x2.shape, strict=True))
    stack = [size[letter] for letter in batch]
    rows, columns, inside = (math.prod(size[one] for one in group) for group in (left, right, summed))
    a = np.transpose(x1, [first.index(letter) for letter in (*batch, *left, *summed)])
    b = np.transpose(x2, [second.index(letter) for letter in (*batch, *summed, *right)])
    a, b = a.reshape((*stack, rows, inside)), b.reshape((*stack, inside, columns))
    y = matmul_kernel(a, b) if summed else np.multiply(a, b)
    y = y.reshape([size[letter] for letter in (*batch, *left, *right)])
    order = [*batch, *left, *right]
    return np.transpose(y, [order.index(letter) for letter in output])


@_einsum.vjp
def _(g: Any, x1: Any, x2: Any, letters: Any, needs: Any) -> Any:
    first, second, output = letters
    return (
        _einsum(g, x2, (output, second, first)) if needs[0] else None,
        _einsum(x1, g, (first, output, second)) if needs[1] else None,
    )
