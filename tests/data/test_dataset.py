"""Dataset: what each step yields, in which order, by which seed; threads that end; errors."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.data import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset, TensorSpec
from minigrad.errors import ShapeError


def values(dataset):
    return [np.asarray(one).tolist() for one in dataset]


def threads():
    return [one for one in threading.enumerate() if one.name.startswith(("minigrad-pre", "minigrad-map"))]


# -- sources ---------------------------------------------------------------------------------------


def test_slices_of_tuples_dicts_and_lists_keep_their_structure_and_dtypes():
    x = np.arange(6, dtype=np.float64).reshape(3, 2)
    rows = list(Dataset.from_tensor_slices({"x": x, "pair": ([1, 2, 3], [0.5, 1.5, 2.5])}))
    assert len(rows) == 3
    assert isinstance(rows[1]["x"], mg.Tensor)
    assert rows[1]["x"].tolist() == [2.0, 3.0]
    assert rows[1]["x"].dtype == np.float64
    assert rows[1]["pair"][0].dtype == np.int64
    assert rows[1]["pair"][1].dtype == np.float32
    assert rows[1]["pair"][1].shape == ()


def test_the_users_arrays_are_not_changed():
    x = np.ones((3, 2), np.float32)

    def spoil(row):
        row /= 2.0
        return row

    assert values(Dataset.from_tensor_slices(x).map(spoil)) == [[0.5, 0.5]] * 3
    assert np.all(x == 1.0)


def test_other_sources():
    assert values(Dataset.from_tensors([1, 2])) == [[1, 2]]
    assert values(Dataset.range(2, 8, 3)) == [2, 5]
    calls = []

    def numbers():
        calls.append(1)
        yield from ([1, 2], [3, 4])

    made = Dataset.from_generator(numbers)
    assert values(made) == values(made) == [[1, 2], [3, 4]]
    assert len(calls) == 2
    both = Dataset.zip(Dataset.range(3), Dataset.range(10, 20))
    assert [(int(a), int(b)) for a, b in both] == [(0, 10), (1, 11), (2, 12)]
    named = Dataset.zip({"a": Dataset.range(1), "b": Dataset.range(2)})
    assert [{key: int(value) for key, value in one.items()} for one in named] == [{"a": 0, "b": 0}]


def test_as_numpy_iterator_gives_arrays():
    (first, *_) = Dataset.from_tensor_slices(np.ones((2, 3))).as_numpy_iterator()
    assert type(first) is np.ndarray


# -- steps -----------------------------------------------------------------------------------------


@given(st.integers(0, 25), st.integers(1, 9), st.booleans())
def test_batch_and_unbatch_are_inverse(rows, size, drop):
    numbers = Dataset.range(rows)
    batches = numbers.batch(size, drop_remainder=drop)
    expected = [list(range(rows))[start : start + size] for start in range(0, rows, size)]
    if drop:
        expected = [one for one in expected if len(one) == size]
    assert values(batches) == expected
    assert len(batches) == len(expected)
    assert values(batches.unbatch()) == [number for batch in expected for number in batch]


@given(st.integers(0, 12), st.integers(0, 14), st.integers(0, 3))
def test_take_skip_and_repeat_are_those_of_lists(rows, count, times):
    numbers, expected = Dataset.range(rows), list(range(rows))
    assert values(numbers.take(count)) == expected[:count]
    assert values(numbers.skip(count)) == expected[count:]
    assert values(numbers.repeat(times)) == expected * times
    for made, length in (
        (numbers.take(count), len(expected[:count])),
        (numbers.skip(count), len(expected[count:])),
        (numbers.repeat(times), rows * times),
    ):
        assert len(made) == length
    assert values(numbers.take(-1)) == expected
    assert values(numbers.skip(-1)) == []


def test_map_gives_tensors_and_takes_several_arguments():
    pairs = Dataset.from_tensor_slices((np.arange(3, dtype=np.uint8), [10, 20, 30]))
    mapped = pairs.map(lambda x, y: (x / 255.0, {"label": y + 1}))
    elements = list(mapped)
    assert elements[2][0].dtype == np.float32  # as a Tensor's arithmetic has it, not NumPy's float64
    assert float(elements[2][0]) == pytest.approx(2 / 255)
    assert [int(one[1]["label"]) for one in elements] == [11, 21, 31]


@pytest.mark.parametrize("workers", [1, 4, AUTOTUNE])
def test_parallel_map_keeps_the_order(workers):
    def slow_at_first(number):
        time.sleep(0.01 * (int(number) < 2))
        return number * 2

    assert values(Dataset.range(12).map(slow_at_first, num_parallel_calls=workers)) == list(range(0, 24, 2))
    assert not threads()


def test_filter_enumerate_concatenate_and_cache():
    assert values(Dataset.range(6).filter(lambda number: number % 2 == 0)) == [0, 2, 4]
    assert [(int(i), int(x)) for i, x in Dataset.range(7, 9).enumerate(start=3)] == [(3, 7), (4, 8)]
    assert values(Dataset.range(2).concatenate(Dataset.range(5, 7))) == [0, 1, 5, 6]
    calls = []
    cached = Dataset.range(3).map(lambda x: calls.append(1) or x).cache()
    assert values(cached.take(2)) == [0, 1]  # not whole, so nothing is kept
    assert values(cached) == values(cached) == [0, 1, 2]
    assert len(calls) == 5


def test_take_reads_no_element_too_many():
    seen = []
    values(Dataset.range(10).map(lambda x: seen.append(int(x)) or x).take(3))
    assert seen == [0, 1, 2]


def test_sizes_that_are_unknown_or_infinite():
    numbers = Dataset.range(4)
    assert numbers.repeat().cardinality() == INFINITE_CARDINALITY
    assert numbers.repeat().batch(2).map(lambda x: x).cardinality() == INFINITE_CARDINALITY
    assert numbers.filter(lambda x: True).cardinality() == UNKNOWN_CARDINALITY
    assert numbers.repeat().take(7).cardinality() == 7
    assert Dataset.zip(numbers, numbers.repeat()).cardinality() == 4
    with pytest.raises(TypeError, match="infinite"):
        len(numbers.repeat())
    with pytest.raises(TypeError, match="not known"):
        len(numbers.batch(2).unbatch())
    assert numbers.take(0)  # a data set is true, even an empty one


def test_element_spec():
    x, y = np.zeros((5, 2, 3), np.float32), np.zeros(5, np.int64)
    data = Dataset.from_tensor_slices((x, y))
    assert data.element_spec == (TensorSpec((2, 3), "float32"), TensorSpec((), "int64"))
    assert data.batch(2).element_spec == (TensorSpec((None, 2, 3), "float32"), TensorSpec((None,), "int64"))
    assert data.batch(2, drop_remainder=True).element_spec[0].shape == (2, 2, 3)
    assert data.batch(2).map(lambda a, b: a).element_spec == TensorSpec((None, 2, 3), "float32")
    assert data.map(lambda a, b: {"a": a[0]}).element_spec == {"a": TensorSpec((3,), "float32")}
    assert data.batch(2).unbatch().element_spec == data.element_spec
    assert data.shuffle(3).repeat().prefetch().element_spec == data.element_spec


# -- randomness ------------------------------------------------------------------------------------


def test_a_shuffle_is_a_permutation_and_differs_by_iteration_unless_told_not_to():
    data = Dataset.range(50).shuffle(50, seed=4)
    first, second = values(data), values(data)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    fixed = Dataset.range(50).shuffle(50, seed=4, reshuffle_each_iteration=False)
    assert values(fixed) == values(fixed)
    unseeded = Dataset.range(50).shuffle(50, reshuffle_each_iteration=False)
    assert values(unseeded) == values(unseeded)


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
def test_a_buffer_chooses_among_that_many(size):
    order = values(Dataset.range(100).shuffle(size, seed=1))
    assert sorted(order) == list(range(100))
    # an element can't come before the buffer has reached it
    assert all(place >= number - size + 1 for place, number in enumerate(order))
    assert (order == list(range(100))) == (size == 1)


def test_a_perfect_shuffle_has_no_favourites():
    data = Dataset.range(4).shuffle(4, seed=0).repeat(3000).batch(4)
    first = np.bincount([int(one[0]) for one in data], minlength=4)
    assert np.all(np.abs(first - 750) < 5 * np.sqrt(750))


def test_the_same_seed_the_same_order_whatever_the_threads():
    def run():
        mg.utils.set_random_seed(3)
        data = (
            Dataset.range(40)
            .shuffle(10)
            .map(lambda x: x, num_parallel_calls=3)
            .repeat(2)
            .batch(7)
            .prefetch(3)
        )
        return [values(data), values(data)]

    first, second = run(), run()
    assert first == second
    assert first[0] != first[1]


def test_repetitions_and_parts_have_orders_of_their_own():
    twice = values(Dataset.range(30).shuffle(30).repeat(2))
    assert twice[:30] != twice[30:]
    pairs = [(int(a), int(b)) for a, b in Dataset.zip(*(Dataset.range(30).shuffle(30) for _ in range(2)))]
    assert any(a != b for a, b in pairs)
    same = [
        (int(a), int(b)) for a, b in Dataset.zip(*(Dataset.range(30).shuffle(30, seed=2) for _ in range(2)))
    ]
    assert all(a == b for a, b in same)  # so that inputs and labels can be shuffled each on their own


def test_a_seeded_data_set_draws_nothing_from_the_global_generator():
    mg.utils.set_random_seed(1)
    before = mg.random.seed.global_seed_generator().state.tolist()
    values(Dataset.range(10).shuffle(5, seed=1))
    assert mg.random.seed.global_seed_generator().state.tolist() == before
    values(Dataset.range(10).shuffle(5))
    assert mg.random.seed.global_seed_generator().state.tolist() != before


# -- threads ---------------------------------------------------------------------------------------


def test_prefetch_works_ahead_and_ends_with_the_iteration():
    made = []
    data = Dataset.range(100).map(lambda x: made.append(int(x)) or x).prefetch(3)
    for _ in data:
        time.sleep(0.05)
        assert 2 <= len(made) <= 6  # this one, three that wait, and one in the making
        break
    assert not threads()
    assert values(data) == list(range(100))
    assert not threads()


def test_an_endless_data_set_that_is_left_leaves_no_thread():
    data = Dataset.range(5).repeat().map(lambda x: x, num_parallel_calls=2).prefetch(2)
    iterator = iter(data)
    assert [int(next(iterator)) for _ in range(7)] == [0, 1, 2, 3, 4, 0, 1]
    del iterator
    assert not threads()


def test_errors_come_through_from_other_threads():
    def fails(number):
        if number == 3:
            raise RuntimeError("number three")
        return number

    for data in (Dataset.range(9).map(fails, num_parallel_calls=2), Dataset.range(9).map(fails).prefetch(2)):
        seen = []
        with pytest.raises(RuntimeError, match="number three"):
            seen.extend(int(one) for one in data)
        assert not threads()


# -- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda data: data.batch(0), "batch_size must be an integer >= 1; got 0"),
        (lambda data: data.batch(2.0), "batch_size"),
        (lambda data: data.shuffle(0), "buffer_size"),
        (lambda data: data.shuffle(3, seed=1.5), "seed must be an integer"),
        (lambda data: data.take(-2), "take: count must be an integer >= 0"),
        (lambda data: data.repeat(-3), "repeat: count"),
        (lambda data: data.map(abs, num_parallel_calls=0), "num_parallel_calls must be an integer >= 1"),
        (lambda data: data.map(abs, deterministic=False), "deterministic=False is not supported"),
        (lambda data: data.prefetch(0), "buffer_size"),
        (lambda data: list(data.take(0).repeat()), "empty"),
        (lambda data: data.take(0).map(abs).element_spec, "empty"),
    ],
)
def test_wrong_arguments(make, text):
    with pytest.raises(ValueError, match=text):
        make(Dataset.range(3))


def test_things_that_do_not_fit():
    with pytest.raises(ShapeError, match="same number of rows"):
        Dataset.from_tensor_slices((np.zeros(3), np.zeros(4)))
    with pytest.raises(ShapeError, match="same number of rows"):
        Dataset.from_tensor_slices(3.0)
    ragged = Dataset.from_generator(lambda: iter([np.zeros(2), np.zeros(3)]))
    with pytest.raises(ShapeError, match=r"same shape; got \(2,\) and \(3,\).*batch\(1\)"):
        list(ragged.batch(2))
    with pytest.raises(ShapeError):
        list(Dataset.range(3).unbatch())
    with pytest.raises(TypeError, match="an element can't be None"):
        list(Dataset.range(3).map(lambda x: None))
    with pytest.raises(TypeError, match=r"write `f`, not `f\(\)`"):
        Dataset.from_generator(iter([1]))
    with pytest.raises(TypeError, match="takes data sets"):
        Dataset.zip(Dataset.range(3), [1, 2, 3])
