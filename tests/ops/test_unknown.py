import keyword

import pytest

from minigrad import ops
from minigrad.ops import unknown


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rleu", "did you mean 'relu'"),
        ("ReLU", "did you mean 'relu'"),
        ("cat", "here it is called 'concatenate'"),
        ("fft", "numbers are complex"),
        ("eig", "ops.eigh is for symmetric matrices"),
        ("xyzzy_xyzzy", r"dir\(minigrad.ops\)"),
    ],
)
def test_an_op_that_there_is_not(name, message):
    with pytest.raises(AttributeError, match=rf"minigrad.ops has no '{name}'.*{message}"):
        getattr(ops, name)


def test_the_names_suggested_exist_and_the_others_do_not():
    assert set(unknown._OTHER_NAMES.values()) <= set(ops.__all__)
    assert not (set(unknown._OTHER_NAMES) | set(unknown._NOT_HERE)) & set(ops.__all__)
    assert not hasattr(ops, "no_such_op")
    assert not any(map(keyword.iskeyword, ops.__all__))


@pytest.mark.parametrize("namespace", ["image", "linalg", "nn", "numpy"])
def test_kerass_namespaces_hold_the_same_functions(namespace):
    module = getattr(ops, namespace)
    assert module.__all__
    for name in module.__all__:
        assert callable(getattr(module, name))
        if namespace != "image":
            assert getattr(module, name) is getattr(ops, name)
