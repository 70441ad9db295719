"""tf.train.Checkpoint: real files, real restoring, before the model is built too; and what doesn't fit."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minigrad as keras
import minigrad.tf as tf
from minigrad import layers
from minigrad.errors import CheckpointError, DataFileError, NotBuiltError

X = np.random.default_rng(1).random((6, 4), np.float32)


class Block(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.dense = layers.Dense(units)
        self.norm = layers.BatchNormalization()

    def call(self, inputs, training=False):
        return tf.nn.relu(self.norm(self.dense(inputs)))


class Net(keras.Model):
    def __init__(self, units=3):
        super().__init__()
        self.blocks = [Block(units), Block(units)]
        self.scale = tf.Variable(tf.ones((1,)), name="factor")
        self.out = layers.Dense(2)

    def call(self, inputs, training=False):
        for block in self.blocks:
            inputs = block(inputs)
        return self.out(inputs) * self.scale


def subclassed():
    return Net()


def sequential():
    return keras.Sequential([layers.Dense(3, activation="relu"), layers.Dropout(0.5), layers.Dense(2)])


def functional():
    inputs = keras.Input((4,))
    return keras.Model(inputs, layers.Dense(2)(layers.Dense(3)(inputs)))


MODELS = [subclassed, sequential, functional]


def changed(model):
    """A built model whose weights are no initial ones."""
    model(X)
    for index, weight in enumerate(model.weights):
        weight.assign_add(np.full(weight.shape, 0.1 * (index + 1)))
    return model


# -- saving and restoring ----------------------------------------------------------------------------


@pytest.mark.parametrize("make", MODELS)
def test_a_built_model(make, tmp_path):
    saved, other = changed(make()), make()
    other(X)
    path = tf.train.Checkpoint(dnn=saved).save(tmp_path / "model")
    tf.train.Checkpoint(dnn=other).restore(path).assert_consumed()
    np.testing.assert_array_equal(other(X), saved(X))


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("first", ["call", "build", "symbolic", "fit"])
def test_a_model_that_is_built_afterwards(make, first, tmp_path):
    saved, other = changed(make()), make()
    path = tf.train.Checkpoint(dnn=saved).save(tmp_path / "model")
    status = tf.train.Checkpoint(dnn=other).restore(path)
    if first == "call":
        np.testing.assert_array_equal(other(X), saved(X))  # the very first call has the values
    elif first == "build":
        other.build((None, 4))
        if make is subclassed:
            other(X)
    elif first == "symbolic":
        other(keras.Input((4,)))
    else:
        other.compile(keras.optimizers.SGD(0.0), "mse")
        other.fit(X, np.zeros((6, 2)), verbose=0)
    for mine, theirs in zip(saved.weights, other.weights, strict=True):
        if first != "fit" or "moving" not in mine.name:
            np.testing.assert_array_equal(mine, theirs)
    status.assert_consumed()
    assert not other(X).requires_grad


def test_the_names_follow_the_structure(tmp_path):
    path = tf.train.Checkpoint(cnn=changed(Net())).save(tmp_path / "model")
    with np.load(f"{path}.npz") as archive:
        names = archive["names"].tolist()
    assert names[:3] == ["save_counter", "cnn/blocks/0/dense/kernel", "cnn/blocks/0/dense/bias"]
    assert {"cnn/blocks/1/norm/moving_mean", "cnn/scale", "cnn/out/bias"} < set(names)


def test_the_layers_own_names_do_not_matter(tmp_path):
    saved = changed(sequential())
    path = tf.train.Checkpoint(net=saved).save(tmp_path / "model")
    for _ in range(3):
        other = sequential()  # dense_4, dense_5 and so on
    tf.train.Checkpoint(net=other).restore(path)
    np.testing.assert_array_equal(other(X), saved(X))


def test_prefixes_are_numbered_and_the_latest_is_known(tmp_path):
    checkpoint = tf.train.Checkpoint(step=tf.Variable(5))
    paths = []
    for value in (1, 2, 3):
        checkpoint.step.assign(value)
        paths.append(checkpoint.save(file_prefix=str(tmp_path / "dir" / "model")))
    assert paths == [str(tmp_path / "dir" / f"model-{n}") for n in (1, 2, 3)]
    state = tf.train.get_checkpoint_state(tmp_path / "dir")
    assert state.model_checkpoint_path == paths[2]
    assert state.all_model_checkpoint_paths == [paths[2]]
    assert tf.train.latest_checkpoint(tmp_path / "dir") == paths[2]
    checkpoint.restore(paths[0])
    assert checkpoint.step.item() == 1
    assert int(checkpoint.save_counter) == 1


def test_counting_goes_on_after_restoring(tmp_path):
    first = tf.train.Checkpoint(step=tf.Variable(5))
    first.save(tmp_path / "m")
    path = first.save(tmp_path / "m")
    second = tf.train.Checkpoint(step=tf.Variable(0))
    second.restore(path)
    assert second.save(tmp_path / "m") == str(tmp_path / "m-3")


def test_the_folder_may_be_moved(tmp_path):
    tf.train.Checkpoint(step=tf.Variable(5)).save(tmp_path / "old" / "m")
    (tmp_path / "old").rename(tmp_path / "new")
    checkpoint = tf.train.Checkpoint(step=tf.Variable(0))
    checkpoint.restore(tf.train.latest_checkpoint(tmp_path / "new"))
    assert checkpoint.step.item() == 5


def test_a_folder_without_checkpoints(tmp_path):
    assert tf.train.get_checkpoint_state(tmp_path) is None
    assert tf.train.latest_checkpoint(tmp_path / "nowhere") is None
    step = tf.Variable(5)
    status = tf.train.Checkpoint(step=step).restore(None)
    assert step.item() == 5
    with pytest.raises(CheckpointError, match="no checkpoint was given"):
        status.assert_consumed()


def test_the_labs_way_to_the_latest(tmp_path):
    """As labs 10 do it: the number of steps stands in the name."""
    saved = changed(sequential())
    tf.train.Checkpoint(dnn=saved).save(file_prefix=str(tmp_path / "nn_softmax") + "-468")
    state = tf.train.get_checkpoint_state(tmp_path)
    name = state.model_checkpoint_path.rsplit("/", 1)[1]
    assert (name, int(name.split("-")[1])) == ("nn_softmax-468-1", 468)
    other = sequential()
    tf.train.Checkpoint(dnn=other).restore(save_path=str(tmp_path / name))
    np.testing.assert_array_equal(other(X), saved(X))


def test_lists_and_dicts_and_shared_models(tmp_path):
    models = [changed(sequential()), changed(functional())]
    extra = {"best": tf.Variable(0.5)}
    path = tf.train.Checkpoint(models=models, extra=extra).save(tmp_path / "m")
    others = [sequential(), functional()]
    other = {"best": tf.Variable(0.0)}
    tf.train.Checkpoint(models=others, extra=other).restore(path)
    assert other["best"].item() == 0.5
    for mine, theirs in zip(models, others, strict=True):
        np.testing.assert_array_equal(mine(X), theirs(X))


# -- optimizers --------------------------------------------------------------------------------------


def step(model, optimizer):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(X, training=False)))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("built", [False, True])
def test_training_goes_on_to_the_same_bits(make, built, tmp_path):
    model, optimizer = make(), keras.optimizers.Adam(0.1)
    step(model, optimizer)
    path = tf.train.Checkpoint(model=model, optimizer=optimizer).save(tmp_path / "m")
    step(model, optimizer)

    other, its = make(), keras.optimizers.Adam(0.1)
    if built:
        step(other, its)
    status = tf.train.Checkpoint(model=other, optimizer=its).restore(path)
    step(other, its)
    status.assert_consumed()
    assert int(its.iterations) == 2
    for mine, theirs in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_one_optimizer_of_two_models(tmp_path):
    models, optimizer = [sequential(), sequential()], keras.optimizers.Adam(0.1)
    for model in models:
        step(model, optimizer)
    path = tf.train.Checkpoint(models=models, optimizer=optimizer).save(tmp_path / "m")
    for model in models:
        step(model, optimizer)
    others, its = [sequential(), sequential()], keras.optimizers.Adam(0.1)
    tf.train.Checkpoint(models=others, optimizer=its).restore(path)
    for model in others:
        step(model, its)
    for mine, theirs in zip(models, others, strict=True):
        np.testing.assert_array_equal(mine(X), theirs(X))


def test_the_model_alone_from_a_file_with_its_optimizer(tmp_path):
    model, optimizer = sequential(), keras.optimizers.Adam(0.1)
    step(model, optimizer)
    path = tf.train.Checkpoint(model=model, optimizer=optimizer).save(tmp_path / "m")
    other = sequential()
    status = tf.train.Checkpoint(model=other).restore(path).expect_partial()
    np.testing.assert_array_equal(other(X), model(X))
    with pytest.raises(CheckpointError, match=r"optimizer/iteration.* not used"):
        status.assert_consumed()


# -- what doesn't fit --------------------------------------------------------------------------------


def test_another_model_names_what_is_missing_and_what_is_left_over(tmp_path):
    path = tf.train.Checkpoint(cnn=changed(sequential())).save(tmp_path / "m")
    other = changed(subclassed())
    before = other.get_weights()
    with pytest.raises(CheckpointError) as caught:
        tf.train.Checkpoint(cnn=other).restore(path)
    message = str(caught.value)
    assert "m-1.npz is of another 'cnn'" in message
    assert re.search(r"Missing in it: [^.]*cnn/blocks/0/dense/kernel", message)
    assert re.search(r"Left over of it: [^.]*cnn/layer-0/kernel", message)
    for mine, theirs in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_another_width_names_the_shapes(tmp_path):
    path = tf.train.Checkpoint(cnn=changed(Net(3))).save(tmp_path / "m")
    with pytest.raises(
        CheckpointError, match=r"cnn/blocks/0/dense/kernel has shape \(4, 3\) in it and \(4, 5\)"
    ):
        tf.train.Checkpoint(cnn=changed(Net(5))).restore(path)


def test_nothing_changes_if_one_of_two_does_not_fit(tmp_path):
    path = tf.train.Checkpoint(a=tf.Variable([1.0]), b=tf.Variable([1.0])).save(tmp_path / "m")
    a = tf.Variable([0.0])
    with pytest.raises(CheckpointError, match="another 'b'"):
        tf.train.Checkpoint(a=a, b=tf.Variable([0.0, 0.0])).restore(path)
    assert a.tolist() == [0.0]


@pytest.mark.parametrize("times", [1, 2])
def test_a_model_built_afterwards_that_does_not_fit_fails_at_each_call(times, tmp_path):
    path = tf.train.Checkpoint(cnn=changed(Net(3))).save(tmp_path / "m")
    other = Net(5)
    tf.train.Checkpoint(cnn=other).restore(path)
    for _ in range(times):
        with pytest.raises(CheckpointError, match=r"\(4, 3\) in it and \(4, 5\) here"):
            other(X)


def test_another_name(tmp_path):
    path = tf.train.Checkpoint(dnn=changed(Net())).save(tmp_path / "m")
    with pytest.raises(CheckpointError, match="has nothing for 'cnn'; what it has is named dnn"):
        tf.train.Checkpoint(cnn=Net()).restore(path)


def test_a_missing_file_names_those_that_are_there(tmp_path):
    checkpoint = tf.train.Checkpoint(step=tf.Variable(1))
    checkpoint.save(tmp_path / "m")
    with pytest.raises(FileNotFoundError, match=r"no checkpoint '.*m-7'; its folder has: m-1"):
        checkpoint.restore(tmp_path / "m-7")


def test_a_checkpoint_of_tensorflow(tmp_path):
    (tmp_path / "m-1.index").write_bytes(b"")
    with pytest.raises(DataFileError, match="was written by TensorFlow"):
        tf.train.Checkpoint(step=tf.Variable(1)).restore(tmp_path / "m-1")


def test_a_damaged_file(tmp_path):
    checkpoint = tf.train.Checkpoint(step=tf.Variable(1))
    path = checkpoint.save(tmp_path / "m")
    content = (tmp_path / "m-1.npz").read_bytes()
    (tmp_path / "m-1.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(DataFileError, match=r"m-1\.npz is damaged"):
        checkpoint.restore(path)


def test_weights_that_are_no_checkpoint(tmp_path):
    from minigrad.saving.files import write_npz

    write_npz(tmp_path / "weights.npz", {"0/dense/kernel": np.ones(2)})
    with pytest.raises(DataFileError, match="is no checkpoint"):
        tf.train.Checkpoint(step=tf.Variable(1)).restore(tmp_path / "weights")


@pytest.mark.parametrize("content", [b"", b"model: 3", b'model_checkpoint_path: "', b"\xff\xfe"])
def test_a_damaged_state_file(content, tmp_path):
    (tmp_path / "checkpoint").write_bytes(content)
    with pytest.raises(DataFileError, match="checkpoint is damaged"):
        tf.train.latest_checkpoint(tmp_path)


def test_names_with_quotes_and_other_letters(tmp_path):
    path = tf.train.Checkpoint(step=tf.Variable(1)).save(tmp_path / 'mödel "1"')
    assert tf.train.latest_checkpoint(tmp_path) == path


def test_a_model_without_weights_is_not_saved(tmp_path):
    with pytest.raises(NotBuiltError, match=r"dnn \(net.*has no weights yet: call it first"):
        tf.train.Checkpoint(dnn=Net()).save(tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_the_old_files(tmp_path, monkeypatch):
    checkpoint = tf.train.Checkpoint(step=tf.Variable(1))
    path = checkpoint.save(tmp_path / "m")
    monkeypatch.setattr(np, "savez", lambda *args, **kwargs: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        checkpoint.save(tmp_path / "m")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["checkpoint", "m-1.npz"]
    assert tf.train.latest_checkpoint(tmp_path) == path
    assert int(checkpoint.save_counter) == 1


def test_what_can_be_put_into_one():
    with pytest.raises(TypeError, match=r"step must be a model, layer, optimizer or variable.*got int"):
        tf.train.Checkpoint(step=3)
    with pytest.raises(ValueError, match="give it something to save"):
        tf.train.Checkpoint()
    with pytest.raises(ValueError, match="can't be named 'save'"):
        tf.train.Checkpoint(save=tf.Variable(1))
