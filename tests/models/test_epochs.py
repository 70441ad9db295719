"""Which batches belong to which epoch, for every kind of data, and what happens at their end."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.data import Dataset, PyDataset
from minigrad.models.data import batch_source
from minigrad.models.epochs import Epochs

NUMBERS = np.arange(6.0, dtype=np.float32)


class Watch(mg.Sequential):
    """Notes the first number of each batch, and learns nothing."""

    def __init__(self):
        super().__init__([mg.Input((1,)), layers.Dense(1, kernel_initializer="zeros")])
        self.compile(mg.optimizers.SGD(0.0), "mse")
        self.seen = []

    def train_step(self, data):
        self.seen.append(int(data[0][0]))
        return super().train_step(data)

    def test_step(self, data):
        self.seen.append(-int(data[0][0]))
        return super().test_step(data)


def batches(count=6):
    for number in range(count):
        x = np.full((2, 1), number, np.float32)
        yield x, x


def dataset(count=6):
    return Dataset.from_generator(lambda: batches(count))


def seen(data, **settings):
    net = Watch()
    history = net.fit(data, verbose=0, **settings)
    return net.seen, history.epoch


def test_without_steps_an_epoch_is_a_pass():
    assert seen(dataset(3), epochs=2) == ([0, 1, 2, 0, 1, 2], [0, 1])
    assert seen(list(batches(3)).__iter__(), epochs=1) == ([0, 1, 2], [0])


def test_with_steps_the_epochs_go_on_and_a_new_pass_begins_after_the_last():
    assert seen(dataset(6), epochs=3, steps_per_epoch=2)[0] == [0, 1, 2, 3, 4, 5]
    assert seen(dataset(4), epochs=3, steps_per_epoch=2)[0] == [0, 1, 2, 3, 0, 1]
    assert seen(batches(6), epochs=3, steps_per_epoch=2) == ([0, 1, 2, 3, 4, 5], [0, 1, 2])
    arrays = NUMBERS[:, None]
    net = Watch()
    net.fit(arrays, arrays, batch_size=1, shuffle=False, epochs=3, steps_per_epoch=2, verbose=0)
    assert net.seen == [0, 1, 2, 3, 4, 5]
    net = Watch()
    net.fit(arrays, arrays, shuffle=False, epochs=2, steps_per_epoch=3, verbose=0)  # so batches of 2
    assert net.seen == [0, 2, 4, 0, 2, 4]


def test_data_that_end_within_an_epoch():
    with pytest.warns(UserWarning, match="fit: the input ran out of data"):
        assert seen(dataset(5), epochs=3, steps_per_epoch=3) == ([0, 1, 2, 3, 4, 0, 1, 2], [0, 1, 2])
    with pytest.warns(UserWarning, match="ran out of data.*a generator that goes on"):
        # what was trained so far stays, and there are no empty epochs
        assert seen(batches(5), epochs=3, steps_per_epoch=3) == ([0, 1, 2, 3, 4], [0, 1])
    with pytest.warns(UserWarning, match="ran out of data"):
        assert seen(batches(3), epochs=3) == ([0, 1, 2], [0])


def test_an_endless_data_set_needs_steps():
    with pytest.raises(ValueError, match="no end, so steps_per_epoch must be given"):
        seen(dataset(3).repeat())
    with pytest.raises(ValueError, match="no end, so validation_steps must be given"):
        seen(dataset(3), validation_data=dataset(3).repeat())
    assert seen(dataset(3).repeat(), epochs=2, steps_per_epoch=4)[0] == [0, 1, 2, 0, 1, 2, 0, 1]
    net = Watch()
    with pytest.raises(ValueError, match="so steps must be given"):
        net.predict(dataset(3).repeat(), verbose=0)
    assert net.predict(dataset(3).repeat(), steps=5, verbose=0).shape == (10, 1)


def test_an_empty_data_set():
    for data in (dataset(0), batches(0), Dataset.range(0).batch(2)):
        with pytest.raises(ValueError, match=r"fit: the data set is empty"):
            seen(data)
    with pytest.raises(ValueError, match=r"evaluate: the data set is empty"):
        Watch().evaluate(dataset(0), verbose=0)
    with pytest.raises(ValueError, match=r"predict: the data set is empty"):
        Watch().predict(dataset(0), verbose=0)


def test_each_validation_begins_anew():
    data = dataset(4)
    assert seen(data, epochs=2, validation_data=data, validation_steps=2)[0] == [
        *(0, 1, 2, 3),
        *(0, -1),
        *(0, 1, 2, 3),
        *(0, -1),
    ]


def test_a_validation_generator_serves_once():
    net = Watch()
    with pytest.warns(UserWarning, match="validation_data: the input ran out of data"):
        history = net.fit(dataset(2), epochs=2, validation_data=batches(2), verbose=0)
    assert len(history.history["val_loss"]) == 1
    assert len(history.history["loss"]) == 2


def test_evaluate_and_predict_take_all_kinds_of_data():
    x = np.repeat(NUMBERS, 2)[:, None]

    class Numbers(PyDataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            return x[2 * index : 2 * index + 2], x[2 * index : 2 * index + 2]

    for data in (
        dataset(),
        batches(),
        Numbers(workers=2),
        Dataset.from_tensor_slices((x, x)).batch(2).prefetch(),
    ):
        assert Watch().evaluate(data, verbose=0) == pytest.approx(np.mean(NUMBERS**2))
    for data in (dataset(), batches(), Numbers()):
        assert Watch().predict(data, verbose=0).shape == (12, 1)
    with pytest.warns(UserWarning, match="evaluate: the input ran out of data"):
        Watch().evaluate(dataset(), steps=9, verbose=0)


def test_a_pydataset_is_told_of_epochs():
    events = []

    class Numbers(PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return np.full((2, 1), index, np.float32), np.full((2, 1), index, np.float32)

        def on_epoch_begin(self):
            events.append("begin")

        def on_epoch_end(self):
            events.append("end")

    net = Watch()
    net.fit(Numbers(), epochs=2, shuffle=False, verbose=0)
    assert net.seen == [0, 1, 0, 1]
    assert events == ["begin", "end"] * 2


def test_named_inputs_as_dicts_from_a_data_set():
    left, right = mg.Input((1,), name="left"), mg.Input((1,), name="right")
    merged = layers.Concatenate()([left, right]) if hasattr(layers, "Concatenate") else left + right
    net = mg.Model({"left": left, "right": right}, layers.Dense(1, name="out")(merged))
    net.compile("sgd", {"out": "mse"})
    x = {"left": NUMBERS[:, None], "right": NUMBERS[:, None]}
    y = {"out": NUMBERS[:, None]}
    expected = net.evaluate(x, y, verbose=0)
    assert net.evaluate(Dataset.from_tensor_slices((x, y)).batch(4), verbose=0) == pytest.approx(expected)
    assert net.predict({"right": x["right"], "left": x["left"]}, verbose=0).shape == (6, 1)


def test_prefetching_threads_end_with_fit():
    import threading

    data = dataset(4).repeat().prefetch(2)
    seen(data, steps_per_epoch=3, epochs=2)
    assert not [one for one in threading.enumerate() if one.name.startswith("minigrad-prefetch")]


def test_the_same_seed_the_same_bits_for_a_data_set():
    x = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)

    def run():
        mg.utils.set_random_seed(2)
        net = mg.Sequential([layers.Dense(4), layers.Dropout(0.5), layers.Dense(1)])
        net.compile("adam", "mse")
        data = Dataset.from_tensor_slices((x, x[:, :1])).shuffle(20).batch(8).prefetch(4)
        net.fit(data, epochs=3, verbose=0)
        return net.get_weights()

    for first, second in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_what_a_backup_needs_to_know():
    epochs = Epochs("fit", batch_source("fit", dataset(4).repeat()), limit=3)
    assert epochs.has_more()
    assert [step for step, _ in epochs.epoch()] == [0, 1, 2]
    assert epochs.taken == 3
    again = Epochs("fit", batch_source("fit", dataset(4).repeat()), limit=3)
    again.replay(3)
    assert int(next(again.epoch())[1][0][0]) == 3
    with pytest.raises(ValueError, match="not those that the backup was made with"):
        Epochs("fit", batch_source("fit", dataset(2)), limit=3).replay(3)
