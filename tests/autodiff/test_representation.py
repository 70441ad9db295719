"""What a notebook shows of a tensor."""

import re

import numpy as np

import minigrad as mg


def cells(page):
    return re.findall(r"<td[^>]*>(.*?)</td>", page)


def test_a_matrix_is_a_table_of_its_numbers():
    page = mg.Tensor([[1.0, 2.5], [-3.0, 1e-9]])._repr_html_()
    assert cells(page) == ["1", "2.5", "-3", "1e-09"]
    assert page.count("<tr>") == 2
    assert "Tensor: shape (2, 2), float32" in page


def test_facts():
    x = mg.Tensor([1.0], requires_grad=True)
    assert "requires_grad" in x._repr_html_()
    y = (x * 2.0).sum()
    assert "computed by sum" in y._repr_html_()
    y.backward()
    assert "has a grad" in x._repr_html_()
    weight = mg.Variable(np.ones(2), name="w")
    assert f"Variable {weight.path}:" in weight._repr_html_()


def test_large_ones_show_their_ends():
    page = mg.Tensor(np.arange(400.0).reshape(20, 20))._repr_html_()
    assert page.count("<tr>") == 13
    assert {"0", "399", "…", "⋮"} <= set(cells(page))
    assert "200" not in cells(page)


def test_more_axes_show_the_first_plane_and_the_spread():
    page = mg.Tensor(np.arange(24).reshape(2, 3, 4))._repr_html_()
    assert cells(page) == [str(number) for number in range(12)]
    assert "shown is [0, :, :]; all 24 numbers: 0 to 23, mean 11.5" in page


def test_scalars_empty_ones_and_booleans():
    assert cells(mg.Tensor(3.0)._repr_html_()) == ["3"]
    assert cells(mg.Tensor(np.zeros((0, 3)))._repr_html_()) == []
    assert cells(mg.Tensor([True, False])._repr_html_()) == ["True", "False"]
