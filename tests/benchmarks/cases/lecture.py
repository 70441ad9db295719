"""The lecture's CNN: one training step, inference, the start, memory, ``fit``, and the smallest op.

Idea:    three times convolution 3x3 and max pooling, then two dense layers; batch 100, Adam, float32. The
         sides that have Keras's API share the model's code, as a reader would expect.
Shapes:  (N, 28, 28, 1) -> 28 -> 14 -> 7 -> 4 -> 2,048 -> 256 -> 10 logits
Before:  numbers.py, torch_side.py.  Next: cifar.py.
Source:  Lab 11-1 of "ML/DL for Everyone, Season 2".
"""

import os

import numpy as np

from benchmarks.case import Case, Side, Work
from benchmarks.cases import numbers, torch_side

FILTERS = (32, 64, 128)
BATCH = 100
EPOCH_STEPS = 20
CHAIN = 300  # three ops each


# -- the model, in Keras's words -----------------------------------------------------------------


def keras_model(keras, optimizer=None, dropout=0.4, metrics=None):
    """Return the compiled model with the common weights; ``keras`` is minigrad or Keras itself."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in FILTERS:
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPool2D(padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(256, activation="relu"))
    model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10))
    model.set_weights(numbers.weights([weight.shape for weight in model.weights]))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer or keras.optimizers.Adam(1e-3), loss, metrics=metrics)
    return model


def keras_step(keras, batch=BATCH, jit_compile=None):
    """A step of training, and its check: the loss and the logits before and after one step of SGD."""
    x, y = numbers.images(batch, 28, 28, 1), numbers.one_hot(numbers.labels(batch))

    def build(*options, **more):
        model = keras_model(keras, *options, **more)
        if jit_compile is not None:  # an option of Keras that minigrad does not have
            model.jit_compile = jit_compile
        return model

    model = build()

    def check():
        twin = build(keras.optimizers.SGD(0.01), dropout=0.0)
        return [twin.predict_on_batch(x), twin.train_on_batch(x, y), twin.predict_on_batch(x)]

    return Work(lambda: model.train_on_batch(x, y), check)


def minigrad_step(batch=BATCH):
    import minigrad

    return keras_step(minigrad, batch)


def tensorflow_step(jit_compile):
    import keras

    return keras_step(keras, jit_compile=jit_compile)


# -- the model, in PyTorch's words ---------------------------------------------------------------


def torch_model(memory, dropout=0.4):
    """Return the model with the common weights: the dense kernel's rows are in PyTorch's order here."""
    from torch import nn

    channels = (1, *FILTERS)
    blocks = [
        part
        for before, after in zip(channels, FILTERS, strict=False)
        for part in (nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True))
    ]
    model = nn.Sequential(
        *blocks, nn.Flatten(), nn.Linear(2048, 256), nn.ReLU(), nn.Dropout(dropout), nn.Linear(256, 10)
    )
    arrays = numbers.weights(torch_side.keras_shapes(model))
    arrays[6] = arrays[6].reshape(4, 4, 128, 256).transpose(2, 0, 1, 3).reshape(2048, 256)
    torch_side.set_weights(model, arrays)
    return torch_side.memory_format(model, memory)


def torch_step(memory="channels_first", batch=BATCH):
    """A step of training, and the same check as `keras_step`."""
    import torch

    x = torch_side.image_tensor(numbers.images(batch, 28, 28, 1), memory)
    y = torch.from_numpy(numbers.labels(batch))
    loss_of = torch.nn.CrossEntropyLoss()

    def step(model, optimizer):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    def check():
        twin = torch_model(memory, dropout=0.0)
        before = twin(x).detach().numpy()
        loss = step(twin, torch.optim.SGD(twin.parameters(), 0.01))
        return [before, loss, twin(x).detach().numpy()]

    model = torch_model(memory)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    return Work(lambda: step(model, optimizer), check)


def on_torch(make, **options):
    """Return PyTorch's sides, one for each layout in memory."""
    return tuple(
        Side("torch", lambda memory=memory: make(memory, **options), memory)
        for memory in ("channels_first", "channels_last")
    )


# -- inference -----------------------------------------------------------------------------------


def minigrad_inference(count, method):
    import minigrad

    x = numbers.images(count, 28, 28, 1)
    model = keras_model(minigrad)
    if method == "call":
        return Work(lambda: model(x), lambda: [model(x).numpy()])
    return Work(lambda: model.predict_on_batch(x), lambda: [model.predict_on_batch(x)])


def torch_inference(memory, count):
    import torch

    x = torch_side.image_tensor(numbers.images(count, 28, 28, 1), memory)
    model = torch_model(memory).eval()

    def run():
        with torch.inference_mode():
            return model(x).numpy()

    return Work(run, lambda: [run()])


# -- an epoch of fit, and its steps --------------------------------------------------------------


def minigrad_fit():
    """One epoch, as it is called by default: shuffled, with a metric, and with its progress shown."""
    import minigrad

    count = EPOCH_STEPS * BATCH
    x, y = numbers.images(count, 28, 28, 1), numbers.one_hot(numbers.labels(count))
    model = keras_model(minigrad, metrics=["accuracy"])
    return Work(lambda: model.fit(x, y, batch_size=BATCH, epochs=1, verbose=2))


def minigrad_bare_steps():
    """The same steps on batches that are cut already."""
    import minigrad

    count = EPOCH_STEPS * BATCH
    x, y = numbers.images(count, 28, 28, 1), numbers.one_hot(numbers.labels(count))
    model = keras_model(minigrad, metrics=["accuracy"])
    batches = list(zip(np.split(x, EPOCH_STEPS), np.split(y, EPOCH_STEPS), strict=True))

    def run():
        for images, labels in batches:
            model.train_on_batch(images, labels)

    return Work(run)


# -- the smallest op -----------------------------------------------------------------------------


def minigrad_tiny_ops():
    import minigrad as mg

    w = mg.Tensor(np.full(4, 0.3, np.float32), requires_grad=True)
    ones = np.ones(4, np.float32)

    def run():
        w.grad = None
        x = mg.Tensor(ones)
        for _ in range(CHAIN):
            x = mg.ops.tanh(x * w + x)
        x.sum().backward()
        return w.grad

    return Work(run, lambda: [run()])


def torch_tiny_ops():
    import torch

    w = torch.full((4,), 0.3, requires_grad=True)

    def run():
        w.grad = None
        x = torch.ones(4)
        for _ in range(CHAIN):
            x = torch.tanh(x * w + x)
        x.sum().backward()
        return w.grad.numpy()

    return Work(run, lambda: [run()])


STEP = Side("minigrad", minigrad_step)
TORCH_STEP = on_torch(torch_step)
TENSORFLOW_STEP = tuple(
    Side("tensorflow", lambda jit=jit: tensorflow_step(jit), f"jit_compile={jit}") for jit in (True, False)
)

CASES = [
    Case(
        "lecture-step",
        "training step of the lecture's CNN, batch 100",
        STEP,
        (*TORCH_STEP, *TENSORFLOW_STEP),
        {"torch": 1.0, "tensorflow": 0.85},
    ),
    Case(
        "lecture-infer-1000",
        "inference of 1,000 images",
        Side("minigrad", lambda: minigrad_inference(1000, "predict_on_batch")),
        on_torch(torch_inference, count=1000),
        {"torch": 0.75},
    ),
    *(
        Case(
            f"lecture-infer-1-{method}",
            f"inference of one image, {words}",
            Side("minigrad", lambda method=method: minigrad_inference(1, method)),
            on_torch(torch_inference, count=1),
            {"torch": 0.8},
        )
        for method, words in (("call", "`model(x)`"), ("predict", "`predict_on_batch`"))
    ),
    Case(
        "lecture-start",
        "process start to the first trained step",
        STEP,
        (TORCH_STEP[0],),
        {"torch": 0.2},
        kind="start",
    ),
    Case(
        "lecture-memory",
        "peak memory of the training process",
        STEP,
        TORCH_STEP,
        {"torch": 0.4},
        kind="memory",
    ),
    Case(
        "tiny-op",
        "one tiny recorded op, forward and backward",
        Side("minigrad", minigrad_tiny_ops),
        (Side("torch", torch_tiny_ops),),
        {"torch": 0.6},
        count=3 * CHAIN,
    ),
    Case(
        "lecture-fit",
        f"an epoch of `fit`, {EPOCH_STEPS} steps, against its bare steps",
        Side("minigrad", minigrad_fit),
        (Side("minigrad", minigrad_bare_steps, "bare steps"),),
        {"minigrad": 1.03},
    ),
    Case(
        "lecture-two-threads",
        "the step on 2 threads, against 1",
        Side("minigrad", minigrad_step, "2 threads", threads=2),
        (Side("minigrad", minigrad_step, "1 thread", threads=1),),
        {"minigrad": 1 / 1.7},
    ),
    Case(
        "lecture-one-thread",
        "the step on 1 thread",
        Side("minigrad", minigrad_step, threads=1),
        tuple(Side("torch", side.make, side.variant, threads=1) for side in TORCH_STEP),
    ),
]
if (os.cpu_count() or 1) < 2:  # what a second thread gains shows only where there is a second core
    CASES = [case for case in CASES if case.name != "lecture-two-threads"]
