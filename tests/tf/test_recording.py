"""Operations are recorded only under a tape, as in TensorFlow, and everywhere else as ever."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import tracemalloc

import numpy as np
import pytest

import minigrad as keras
import minigrad.tf as tf
from minigrad import layers
from minigrad.errors import GraphError


def cnn():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation=tf.nn.relu),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


IMAGES = np.random.default_rng(0).random((10, 8, 8, 1), np.float32)
LABELS = keras.utils.to_categorical(np.arange(10) % 3, 3)


def loss_fn(model):
    return tf.reduce_mean(tf.keras.losses.categorical_crossentropy(LABELS, model(IMAGES), from_logits=True))


def grad(model):
    with tf.GradientTape() as tape:
        loss = loss_fn(model)
    return tape.gradient(loss, model.variables)


# -- variables ---------------------------------------------------------------------------------------


def test_a_variable_is_recorded_only_under_a_tape():
    w = tf.Variable(3.0)
    assert not (w * 2.0).requires_grad
    with tf.GradientTape() as tape:
        y = w * w
        assert y.requires_grad
    assert tape.gradient(y, w).item() == 6.0
    assert not (w * 2.0).requires_grad


def test_any_tape_will_do():
    w = tf.Variable(3.0)
    with keras.GradientTape() as tape:
        y = w * w
    assert tape.gradient(y, w).item() == 6.0


def test_it_stays_trainable_outside():
    w = tf.Variable([1.0], name="w")
    assert w.trainable
    assert w.requires_grad
    w.trainable = False
    assert not w.trainable
    w.trainable = True
    with tf.GradientTape() as tape:
        y = w * w
    assert tape.gradient(y, w).tolist() == [2.0]


def test_one_that_is_not_trainable_is_not_watched():
    w = tf.Variable([1.0], trainable=False)
    with tf.GradientTape() as tape:
        y = w * w
    assert tape.gradient(y, w) is None
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = w * w
    assert tape.gradient(y, w).tolist() == [2.0]
    assert not w.trainable


def test_a_watched_variable_stays_trainable():
    w = tf.Variable([1.0])
    tape = tf.GradientTape()
    tape.watch(w)
    with tape:
        y = w * w
    assert tape.gradient(y, w).tolist() == [2.0]
    assert w.trainable


def test_a_second_derivative():
    w = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = w * w * w
        first = inner.gradient(y, w)
    assert first.item() == 12.0
    assert outer.gradient(first, w).item() == 12.0


def test_a_persistent_tape():
    w = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = w * w
        z = y * w
    assert (tape.gradient(y, w).item(), tape.gradient(z, w).item()) == (4.0, 12.0)


def test_a_jacobian():
    w = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = w * w
    assert tape.jacobian(y, w).tolist() == [[2.0, 0.0], [0.0, 4.0]]
    assert not y.requires_grad


def test_another_thread_has_tapes_of_its_own():
    w = tf.Variable(2.0)
    seen = []
    with tf.GradientTape() as tape:
        y = w * w
        thread = threading.Thread(target=lambda: seen.append((w * w).requires_grad))
        thread.start()
        thread.join()
    assert seen == [False]
    assert tape.gradient(y, w).item() == 4.0


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda w: pickle.loads(pickle.dumps(w))])
def test_a_copy_is_alike(duplicate):
    w = duplicate(tf.Variable([1.0], name="w"))
    assert (w.name, w.trainable, (w * 2.0).requires_grad) == ("w", True, False)


# -- models ------------------------------------------------------------------------------------------


def test_a_models_weights_are_recorded_only_under_tapes_once_one_was_asked_about_them():
    model = cnn()
    assert loss_fn(model).requires_grad  # minigrad's own way
    grad(model)
    assert not loss_fn(model).requires_grad
    assert not model(IMAGES).requires_grad
    assert all(gradient is not None for gradient in grad(model))


def test_a_checkpoint_has_the_same_effect():
    model = cnn()
    tf.train.Checkpoint(cnn=model)
    assert not model(IMAGES).requires_grad


def test_backward_on_another_model_works_as_ever():
    grad(cnn())
    model = cnn()
    loss_fn(model).backward()
    assert all(weight.grad is not None for weight in model.weights)


def test_backward_outside_of_a_tape_says_why_not():
    model = cnn()
    grad(model)
    with pytest.raises(GraphError, match=r"outside a GradientTape from variables that minigrad\.tf"):
        loss_fn(model).backward()


def test_backward_under_a_tape_leaves_gradients_that_stay_readable():
    w = tf.Variable([3.0])
    with tf.GradientTape():
        (w * w).sum().backward()
    assert w.grad.tolist() == [6.0]
    w.grad = None
    assert w.grad is None


def test_tensors_that_want_a_gradient_are_recorded_as_ever():
    x = keras.Tensor([1.0, 2.0], requires_grad=True)
    tf.reduce_sum(tf.square(x)).backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_fit_trains_a_model_that_a_tape_has_seen():
    model = cnn()
    grad(model)
    before = model.get_weights()
    model.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True))
    model.fit(IMAGES, LABELS, epochs=1, verbose=0)
    assert all(not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_value_and_grad_of_such_variables():
    w = tf.Variable([3.0])
    value, gradient = keras.value_and_grad(lambda w: (w * w).sum())(w)
    assert (value.item(), gradient.tolist()) == (9.0, [6.0])


def test_check_gradients_of_such_variables():
    w = tf.Variable([[0.5, -1.0]], dtype="float64")
    keras.testing.check_gradients(lambda w: tf.sigmoid(w).sum(), w)
    assert w.taped


def test_both_ways_to_the_same_gradient():
    model = cnn()
    loss_fn(model).backward()
    for weight, gradient in zip(model.weights, grad(model), strict=True):
        np.testing.assert_array_equal(weight.grad, gradient)


# -- memory ------------------------------------------------------------------------------------------


def growth(step, repeats=40):
    """Return how many bytes more are in use after further steps, when all that is made once is there."""
    tracemalloc.start()
    total, used = 0.0, []
    for count in (repeats, repeats):
        for _ in range(count):
            total = total + step()
        gc.collect()
        used.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert np.isfinite(float(total))
    return used[1] - used[0]


def train(model, optimizer):
    optimizer.apply_gradients(zip(grad(model), model.trainable_variables, strict=True))


def test_a_sum_of_losses_outside_the_tape_keeps_memory_flat():
    model, optimizer = cnn(), tf.keras.optimizers.Adam()

    def step():
        train(model, optimizer)
        return loss_fn(model)

    assert growth(step) < 20_000  # the graphs of 40 steps hold 350,000 bytes


def test_the_measure_sees_a_graph_that_is_kept():
    model = cnn()  # which no tape was asked about
    assert growth(lambda: loss_fn(model)) > 200_000


def test_a_sum_of_losses_from_under_the_tape_keeps_memory_flat():
    model, optimizer = cnn(), tf.keras.optimizers.Adam()

    def step():
        with tf.GradientTape() as tape:
            loss = loss_fn(model)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables, strict=True))
        return loss

    assert growth(step) < 20_000


def test_a_sum_over_a_restored_model_keeps_memory_flat(tmp_path):
    path = tf.train.Checkpoint(cnn=cnn()).save(tmp_path / "model")
    model = cnn()
    tf.train.Checkpoint(cnn=model).restore(path)
    assert growth(lambda: loss_fn(model)) < 20_000
