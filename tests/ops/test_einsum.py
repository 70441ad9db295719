import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

SIZES = {"a": 2, "b": 3, "c": 4, "i": 3, "j": 2, "k": 4, "A": 2}

CASES = [
    "ij->ji",
    "ij",
    "ji",
    "ii",
    "ii->i",
    "iij->j",
    "iiji->ij",
    "ij->",
    "i,i",
    "i,j->ij",
    "i,j->ji",
    "ij,jk",
    "ij,jk->ki",
    "bij,bjk->bik",
    "bij,jk->ibk",
    "ij,ij->ij",
    "ij,ij->",
    "ij,ij->j",
    "ij,k->ij",
    "iij,jk->k",
    "ij,jk,kb->ib",
    "ij,jk,kb,b->i",
    "i,i,i->i",
    "i,j,k->kij",
    "ij,ij,ij->",
    "bA,Ab",
    ",ij->ji",
    ",",
    "",
    "a b, b -> a",
]


def operands(subscripts, dtype=np.float64):
    rng = np.random.default_rng(0)
    terms = subscripts.replace(" ", "").split("->")[0].split(",")
    return [rng.normal(size=[SIZES[letter] for letter in term]).astype(dtype) for term in terms]


@pytest.mark.parametrize("subscripts", CASES)
def test_values_and_gradients(subscripts):
    given = operands(subscripts)
    expected = np.einsum(subscripts, *given)
    y = mg.ops.einsum(subscripts, *map(Tensor, given))
    assert y.shape == expected.shape
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    check_gradients(lambda *xs: mg.ops.einsum(subscripts, *xs), *given, order=2, max_elements=12)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("...ij,...jk->...ik", [(5, 1, 2, 3), (4, 3, 2)]),
        ("...ij,...jk", [(2, 3), (5, 3, 2)]),
        ("...", [(2, 3)]),
        ("...->...", [()]),
        ("i...->...i", [(2, 3, 4)]),
        ("i...->...", [(2, 3, 4)]),
        ("...i,i", [(2, 3), (3,)]),
        ("i...j,...->ij", [(2, 3), ()]),
        ("b...a,...b", [(2, 3), (3, 2)]),
        ("ij,ij->ij", [(1, 3), (2, 3)]),
        ("ij,ij->", [(1, 3), (2, 1)]),
        ("ij,jk->ik", [(2, 1), (3, 4)]),
        ("ii,i->i", [(1, 1), (3,)]),
        ("...a,...a->...", [(3, 1, 2), (4, 1)]),
        ("ij,jk->ik", [(2, 0), (0, 3)]),
        ("ij,jk->ik", [(0, 2), (2, 3)]),
        ("ij,jk,kb->ib", [(2, 0), (0, 3), (3, 1)]),
    ],
)
def test_dots_and_broadcasting(subscripts, shapes):
    rng = np.random.default_rng(0)
    given = [rng.normal(size=shape) for shape in shapes]
    expected = np.einsum(subscripts, *given)
    y = mg.ops.einsum(subscripts, *map(Tensor, given))
    assert y.shape == expected.shape
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    if all(array.size for array in given):
        check_gradients(lambda *xs: mg.ops.einsum(subscripts, *xs), *given, order=2, max_elements=12)


@given(st.data())
def test_random_letters(data):
    count = data.draw(st.integers(1, 4))
    letters = st.sampled_from("abcd")
    terms = ["".join(data.draw(st.lists(letters, max_size=3))) for _ in range(count)]
    used = sorted(set("".join(terms)))
    output = "".join(data.draw(st.permutations(used)))[: data.draw(st.integers(0, 4))]
    subscripts = ",".join(terms) + "->" + output
    rng = np.random.default_rng(1)
    sizes = {letter: int(size) for letter, size in zip("abcd", rng.integers(1, 4, 4), strict=True)}
    arrays = [rng.normal(size=[sizes[letter] for letter in term]) for term in terms]
    y = mg.ops.einsum(subscripts, *arrays)
    np.testing.assert_allclose(y, np.einsum(subscripts, *arrays), rtol=1e-10, atol=1e-12)
    optimize = data.draw(st.sampled_from([False, "greedy", "optimal"]))
    np.testing.assert_allclose(
        mg.ops.einsum(subscripts, *arrays, optimize=optimize), y, rtol=1e-10, atol=1e-12
    )


def test_a_path_of_ones_own():
    a, b, c = operands("ij,jk,kb")
    y = mg.ops.einsum("ij,jk,kb->ib", a, b, c, optimize=["einsum_path", (1, 2), (0, 1)])
    np.testing.assert_allclose(y, a @ b @ c)


def test_dtypes():
    a, b = operands("ij,jk", np.float32)
    assert mg.ops.einsum("ij,jk", Tensor(a), Tensor(b)).dtype == np.float32
    assert mg.ops.einsum(",ij->ij", 0.1, Tensor(a)).dtype == np.float32
    np.testing.assert_array_equal(mg.ops.einsum(",ij->ij", 0.1, a.astype(float)), 0.1 * a.astype(float))
    assert mg.ops.einsum("i,i", np.array([1, 2]), np.array([3, 4])).item() == 11
    np.testing.assert_array_equal(mg.ops.einsum("i,j->ij", [1.0, 2.0], [3.0]), [[3], [6]])


@pytest.mark.parametrize(
    ("subscripts", "shapes", "reason"),
    [
        ("ij,jk", [(2, 3)], r"letters for 2 operand\(s\), but 1 given"),
        ("", [], r"letters for 1 operand\(s\), but 0 given"),
        ("i.j", [(2, 3)], r"'\.' is not a letter"),
        ("i..j", [(2, 3)], r"'\.' is not a letter"),
        ("...i...", [(2, 3)], r"'\.' is not a letter"),
        ("i1", [(2, 3)], "'1' is not a letter"),
        ("ij->i->j", [(2, 3)], "is not a letter"),
        ("ij->i,j", [(2, 3)], "is not a letter"),
        ("i", [(2, 3)], "'i' does not fit operand 0, which has 2 axes"),
        ("ijk", [(2, 3)], "'ijk' does not fit operand 0"),
        ("ijk...", [(2, 3)], "does not fit operand 0"),
        ("ij,jk", [(2, 3), (4, 5)], "'j' stands for axes of sizes 3 and 4"),
        ("...,...", [(2, 3), (4, 3)], r"'\.\.\.' stands for axes of sizes 2 and 4"),
        ("ii", [(2, 3)], "'i' "),
        ("ii", [(1, 3)], "'i' is twice in 'ii', for axes of sizes that differ"),
        ("ij->k", [(2, 3)], "the output's 'k' is in no operand"),
        ("ij->ii", [(2, 3)], "the output has 'i' twice"),
        ("...i->i", [(2, 3)], r"so the output must have '\.\.\.', too"),
    ],
)
def test_what_cannot_be_read(subscripts, shapes, reason):
    with pytest.raises(
        ShapeError, match=f"^einsum: .*{reason}.*subscripts '{subscripts.replace('.', '[.]')}'"
    ):
        mg.ops.einsum(subscripts, *(np.ones(shape) for shape in shapes))


def test_other_arguments():
    with pytest.raises(TypeError, match="einsum: subscripts must be a string"):
        mg.ops.einsum(np.ones((2, 2)), [0, 1])
    with pytest.raises(TypeError, match="einsum: the only keyword is optimize; got 'out'"):
        mg.ops.einsum("i", np.ones(2), out=None)
    with pytest.raises(ValueError, match=r"einsum: optimize must be .* got 'fast'"):
        mg.ops.einsum("i", np.ones(2), optimize="fast")
