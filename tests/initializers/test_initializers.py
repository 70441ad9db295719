"""Initializers: their distributions and fans against Keras's, moments and bounds, configs and seeds."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import minigrad as mg
from minigrad import initializers, random
from minigrad.errors import DTypeError, ShapeError, UnknownNameError
from minigrad.initializers.scaling import TRUNCATED_STDDEV

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "initializers.json").read_text())
ORDER = {
    "normal": ("mean", "stddev"),
    "truncated_normal": ("mean", "stddev"),
    "uniform": ("minval", "maxval"),
}
RANDOM = [name for name, config in GOLDEN["configs"].items() if "seed" in config]
KERNELS = [(64, 100), (3, 3, 16, 32), (5, 20, 30)]

# -- against Keras -------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "fans"), GOLDEN["fans"])
def test_fans(shape, fans):
    assert list(initializers.compute_fans(shape)) == fans


@pytest.mark.parametrize(("shape", "ins", "outs", "fans"), GOLDEN["fans_of_axes"])
def test_fans_of_given_axes(shape, ins, outs, fans):
    assert list(initializers.compute_fans(shape, ins, outs)) == fans


@pytest.mark.parametrize(("name", "kwargs", "shape", "asked"), GOLDEN["asked"])
def test_asks_for_the_distribution_that_keras_asks_for(monkeypatch, name, kwargs, shape, asked):
    found = []

    def recorder(kind):
        def record(shape, first, second, dtype=None, seed=None):
            found.append((kind, tuple(shape), [first, second]))
            return mg.Tensor(np.zeros(shape, "float32"))

        return record

    for kind in ORDER:
        monkeypatch.setattr(random, kind, recorder(kind))
    getattr(initializers, name)(**kwargs)(tuple(shape))
    assert found == [(asked[0], tuple(shape), pytest.approx(asked[1], rel=1e-12))]


@pytest.mark.parametrize(("shape", "normal", "matrix"), GOLDEN["orthogonal"])
def test_orthogonal_makes_of_a_normal_matrix_what_keras_makes(monkeypatch, shape, normal, matrix):
    monkeypatch.setattr(random, "normal", lambda shape, dtype=None, seed=None: mg.Tensor(np.array(normal)))
    found = initializers.Orthogonal(gain=1.5)(tuple(shape), dtype="float64")
    np.testing.assert_allclose(found.numpy(), matrix, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "cls"), GOLDEN["names"])
def test_every_name_that_keras_knows(name, cls):
    if name != "stft" and not name.startswith("STFT"):
        assert type(initializers.get(name)) is getattr(initializers, cls)


def test_configs_are_those_of_keras():
    for name, config in GOLDEN["configs"].items():
        expected = {"gain": 1.0} if name == "Identity" else config  # Keras forgets Identity's gain
        assert getattr(initializers, name)().get_config() == expected
    assert initializers.serialize(initializers.HeNormal(seed=7)) == GOLDEN["serialized"]


# -- distributions -------------------------------------------------------------------------------


def fan(mode, shape):
    fan_in, fan_out = initializers.compute_fans(shape)
    return {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]


@pytest.mark.parametrize("shape", KERNELS)
@pytest.mark.parametrize(
    ("name", "scale", "mode", "cut"),
    [
        ("GlorotUniform", 1, "fan_avg", "uniform"),
        ("GlorotNormal", 1, "fan_avg", "truncated"),
        ("HeUniform", 2, "fan_in", "uniform"),
        ("HeNormal", 2, "fan_in", "truncated"),
        ("LecunUniform", 1, "fan_in", "uniform"),
        ("LecunNormal", 1, "fan_in", "truncated"),
    ],
)
def test_the_named_ones_follow_their_distribution(name, scale, mode, cut, shape):
    x = getattr(initializers, name)(seed=0)(shape).numpy().ravel().astype("float64")
    sigma = math.sqrt(scale / fan(mode, shape))
    if cut == "uniform":
        expected = stats.uniform(-math.sqrt(3) * sigma, 2 * math.sqrt(3) * sigma)
    else:  # sigma is what is left after the cut
        expected = stats.truncnorm(-2, 2, 0, sigma / stats.truncnorm(-2, 2).std())
    assert stats.kstest(x, expected.cdf).pvalue > 1e-3
    assert x.std() == pytest.approx(sigma, rel=5 / math.sqrt(x.size))
    assert abs(x.mean()) < 5 * sigma / math.sqrt(x.size)


def test_the_constant_of_the_cut_is_scipys():
    assert pytest.approx(stats.truncnorm(-2, 2).std(), rel=1e-9) == TRUNCATED_STDDEV


@given(
    scale=st.floats(1e-3, 1e3),
    mode=st.sampled_from(["fan_in", "fan_out", "fan_avg"]),
    distribution=st.sampled_from(["truncated_normal", "untruncated_normal", "uniform", "NORMAL", "Uniform"]),
    shape=st.sampled_from(KERNELS),
    seed=st.integers(0, 10**9),
)
def test_variance_scaling_has_the_variance_that_it_says(scale, mode, distribution, shape, seed):
    x = initializers.VarianceScaling(scale, mode, distribution, seed)(shape).numpy().astype("float64")
    sigma = math.sqrt(scale / fan(mode, shape))
    assert x.std() == pytest.approx(sigma, rel=5 / math.sqrt(x.size))
    if distribution.lower() == "uniform":
        assert np.abs(x).max() <= math.sqrt(3) * sigma * (1 + 1e-6)
    elif distribution != "untruncated_normal":
        assert np.abs(x).max() <= 2 * sigma / 0.8796256 * (1 + 1e-6)


def test_simple_distributions():
    shape, defaults = (
        (200, 200),
        {"RandomNormal": 0.05, "TruncatedNormal": 0.05 * 0.8796256, "RandomUniform": 0.0288675},
    )
    for name, sigma in defaults.items():
        x = getattr(initializers, name)(seed=0)(shape)
        assert x.std().item() == pytest.approx(sigma, rel=0.02)
        assert abs(x.mean().item()) < 0.001
    assert initializers.RandomNormal(3.0, 0.1, seed=1)(shape).mean().item() == pytest.approx(3.0, abs=0.01)
    assert initializers.RandomUniform(2.0, 4.0, seed=1)(shape).min().item() >= 2.0
    assert initializers.TruncatedNormal(1.0, 0.1, seed=1)(shape).max().item() <= 1.2


@given(
    shape=st.lists(st.integers(1, 6), min_size=2, max_size=4),
    gain=st.floats(0.1, 10),
    dtype=st.sampled_from(["float32", "float64"]),
    seed=st.integers(0, 1000),
)
def test_orthogonal(shape, gain, dtype, seed):
    w = initializers.Orthogonal(gain, seed)(shape, dtype)
    assert w.dtype == dtype
    assert w.shape == tuple(shape)
    matrix = w.numpy().reshape(-1, shape[-1]) / gain
    product = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(product, np.eye(len(product)), atol=1e-5 if dtype == "float32" else 1e-12)


def test_orthogonal_matrices_are_uniform():
    # in the plane: the first column's angle is uniform, and half of the matrices are rotations
    seeds = random.SeedGenerator(0)
    matrices = [initializers.Orthogonal(seed=seeds)((2, 2)).numpy() for _ in range(1500)]
    angles = [math.atan2(m[1, 0], m[0, 0]) for m in matrices]
    assert stats.kstest(angles, stats.uniform(-math.pi, 2 * math.pi).cdf).pvalue > 1e-3
    assert np.mean([np.linalg.det(m) > 0 for m in matrices]) == pytest.approx(0.5, abs=0.05)


def test_orthogonal_in_half_precision():
    w = initializers.Orthogonal(seed=0)((3, 3), "float16")
    assert w.dtype == "float16"
    np.testing.assert_allclose(
        w.numpy().astype("float64") @ w.numpy().T.astype("float64"), np.eye(3), atol=2e-3
    )


# -- without chance ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [None, "float16", "float64", "int32", "bool"])
def test_zeros_ones_and_constants(dtype):
    expected = np.dtype(dtype or "float32")
    for initializer, value in [
        (initializers.Zeros(), 0),
        (initializers.Ones(), 1),
        (initializers.Constant(3), 3),
    ]:
        w = initializer((2, 3), dtype)
        assert w.dtype == expected
        np.testing.assert_array_equal(w.numpy(), np.full((2, 3), value, expected))
    assert initializers.Zeros()(()).shape == ()


def test_the_lectures_kernels():
    one = initializers.Constant(np.ones((2, 2, 1, 1)))((2, 2, 1, 1))
    assert one.dtype == "float32"
    assert one.tolist() == np.ones((2, 2, 1, 1)).tolist()
    three = np.concatenate([np.full((2, 2, 1, 1), value) for value in (1.0, 10.0, -1.0)], axis=-1)
    assert initializers.constant(three)((2, 2, 1, 3)).tolist() == three.tolist()
    assert initializers.get(three)((2, 2, 1, 3)).tolist() == three.tolist()
    assert initializers.get(mg.Tensor(three))((2, 2, 1, 3), "float64").dtype == "float64"


def test_constants_broadcast_and_are_copies():
    assert initializers.Constant([1.0, 2.0])((3, 2)).tolist() == [[1, 2]] * 3
    value = np.array([1.0, 2.0])
    initializer = initializers.Constant(value)
    value[0] = 9
    first = initializer((2,))
    first.data = [5.0, 5.0]
    assert initializer((2,)).tolist() == [1, 2]
    assert initializers.Constant([0.1])((1,), "float64").tolist() == [0.1]
    with pytest.raises(
        ShapeError, match=r"Constant: a value of shape \(4,\) does not broadcast to .*\(2, 2\)"
    ):
        initializers.Constant([1, 2, 3, 4])((2, 2))
    with pytest.raises(DTypeError):
        initializers.Constant("zeros")


def test_identity():
    np.testing.assert_array_equal(initializers.Identity(3)((2, 4)).numpy(), 3 * np.eye(2, 4))
    for shape in [(3,), (2, 2, 2), ()]:
        with pytest.raises(ValueError, match=r"Identity: shape must have 2 axes, \(rows, columns\); got"):
            initializers.Identity()(shape)


# -- seeds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_seeds(name, dtype):
    cls, shape = getattr(initializers, name), (4, 5)
    fixed = cls(seed=3)
    assert fixed(shape, dtype).tolist() == fixed(shape, dtype).tolist() == cls(seed=3)(shape, dtype).tolist()
    assert fixed(shape, dtype).dtype == dtype
    assert cls(seed=4)(shape, dtype).tolist() != fixed(shape, dtype).tolist()

    free = cls()  # shared by two layers, it gives each its own values
    assert free(shape, dtype).tolist() != free(shape, dtype).tolist()
    mg.utils.set_random_seed(1)
    first = [free(shape, dtype).tolist() for _ in range(2)]
    mg.utils.set_random_seed(1)
    assert [free(shape, dtype).tolist() for _ in range(2)] == first

    seeds = random.SeedGenerator(3)
    counted = cls(seed=seeds)
    assert counted(shape, dtype).tolist() == fixed(shape, dtype).tolist() != counted(shape, dtype).tolist()
    assert seeds.state.tolist() == [3, 2]


# -- names and configs ---------------------------------------------------------------------------

INSTANCES = [
    initializers.Constant(2.5),
    initializers.Constant([[1.0, 2.0]]),
    initializers.Identity(2.0),
    initializers.RandomNormal(1.0, 2.0, seed=1),
    initializers.RandomUniform(1.0, 2.0, seed=1),
    initializers.TruncatedNormal(1.0, 2.0, seed=1),
    initializers.VarianceScaling(3.0, "fan_out", "uniform", 1, [0], [1]),
    initializers.HeNormal(1, [0], [1]),
    initializers.Orthogonal(2.0, seed=1),
    initializers.GlorotUniform(random.SeedGenerator(5)),
    initializers.Zeros(),
]


@pytest.mark.parametrize("instance", INSTANCES, ids=repr)
def test_configs_go_through_json(instance):
    config = json.loads(json.dumps(initializers.serialize(instance)))
    assert config["module"] == "keras.initializers"
    for again in (initializers.deserialize(config), initializers.get(config)):
        assert type(again) is type(instance)
        assert again.get_config() == instance.get_config()
    assert instance.clone()((1, 2)).tolist() == initializers.deserialize(config)((1, 2)).tolist()


def test_get():
    assert initializers.get(None) is None
    instance = initializers.Zeros()
    assert initializers.get(instance) is instance
    assert type(initializers.get(initializers.Ones)) is initializers.Ones

    def mine(shape, dtype=None):
        return np.full(shape, 7.0)

    assert initializers.get(mine) is mine
    with pytest.raises(
        UnknownNameError, match="unknown initializer 'glorot_unifrm': did you mean 'glorot_uniform'"
    ):
        initializers.get("glorot_unifrm")
    with pytest.raises(
        ValueError, match="an initializer must be a name, a config, an instance or a callable; got 3"
    ):
        initializers.get(3)


def test_a_subclass_and_a_function_make_variables():
    class Halves(initializers.Initializer):
        def __call__(self, shape, dtype=None):
            return np.full(shape, 0.5, dtype)

    assert mg.Variable(Halves(), (2,), "float64").tolist() == [0.5, 0.5]
    assert mg.Variable(Halves().clone(), (2,), "float32").dtype == "float32"
    assert mg.Variable(initializers.get("he_uniform"), (2, 2)).dtype == "float32"
    with pytest.raises(NotImplementedError, match="Initializer must define __call__"):
        initializers.Initializer()((2,))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: initializers.VarianceScaling(0), "VarianceScaling: scale must be a number > 0; got 0"),
        (lambda: initializers.VarianceScaling(-1.0), "VarianceScaling: scale must be a number > 0; got -1.0"),
        (
            lambda: initializers.VarianceScaling(mode="fan"),
            "VarianceScaling: mode must be one of 'fan_in', 'fan_out', 'fan_avg'; got 'fan'",
        ),
        (
            lambda: initializers.VarianceScaling(distribution="cauchy"),
            "VarianceScaling: distribution must be one of 'truncated_normal', .*; got 'cauchy'",
        ),
        (
            lambda: initializers.VarianceScaling(distribution=3),
            "VarianceScaling: distribution must be one of",
        ),
        (
            lambda: initializers.HeNormal(input_axes=[0]),
            "HeNormal: input_axes and output_axes must be given together",
        ),
        (lambda: initializers.GlorotUniform(seed="a"), "GlorotUniform: seed must be an integer .*; got 'a'"),
        (
            lambda: initializers.GlorotUniform()((2, 2), "int32"),
            "uniform: dtype must be a floating dtype; got 'int32'",
        ),
        (lambda: initializers.GlorotUniform()((2, None)), r"compute_fans: shape must be integers >= 0; got"),
        (lambda: initializers.HeNormal(None, [5], [0])((2, 2)), "compute_fans: axis 5 is out of range"),
        (lambda: initializers.RandomNormal(stddev=-1), "RandomNormal: stddev must be a number >= 0; got -1"),
        (
            lambda: initializers.TruncatedNormal(mean=None),
            "TruncatedNormal: mean must be a number .*; got None",
        ),
        (
            lambda: initializers.RandomUniform(1.0, 0.0),
            "RandomUniform: maxval must be a number >= 1.0; got 0.0",
        ),
        (lambda: initializers.Orthogonal()((3,)), r"Orthogonal: shape must have at least 2 axes; got \(3,\)"),
        (lambda: initializers.Orthogonal(gain="a"), "Orthogonal: gain must be a number .*; got 'a'"),
        (
            lambda: initializers.Identity(gain=np.inf),
            "Identity: gain must be a number that is finite; got inf",
        ),
        (lambda: initializers.Zeros()((2, -1)), r"Zeros: shape must be integers >= 0; got \(2, -1\)"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
