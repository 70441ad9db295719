"""A small CNN on images like CIFAR-10's: what the lecture's has not.

Idea:    color images, 5x5 kernels, stride 2, batch normalization, average pooling; batch 64, momentum.
Shapes:  (N, 32, 32, 3) -> 14 -> 7 -> 7 -> 64 -> 10 logits
Before:  lecture.py.  Next: batch_sizes.py.
"""

from benchmarks.case import Case, Side, Work
from benchmarks.cases import numbers, torch_side
from benchmarks.cases.lecture import on_torch

BATCH = 64
RATE = 0.01


def minigrad_step():
    import minigrad as keras
    from minigrad import layers

    x, y = numbers.images(BATCH, 32, 32, 3), numbers.labels(BATCH)

    def build():
        model = keras.Sequential([
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 5, strides=2),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-3),
            layers.ReLU(),
            layers.AveragePooling2D(2),
            layers.Conv2D(64, 5, padding="same"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-3),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
        ])  # fmt: skip
        for weight, array in zip(
            model.trainable_weights, numbers.weights([w.shape for w in model.trainable_weights]), strict=True
        ):
            weight.assign(array)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(RATE, momentum=0.9), loss)
        return model

    def check():
        twin = build()
        losses = [twin.train_on_batch(x, y) for _ in range(3)]
        return [losses, twin.predict_on_batch(x)]

    model = build()
    return Work(lambda: model.train_on_batch(x, y), check)


def torch_step(memory):
    import torch
    from torch import nn

    x = torch_side.image_tensor(numbers.images(BATCH, 32, 32, 3), memory)
    y = torch.from_numpy(numbers.labels(BATCH))
    loss_of = nn.CrossEntropyLoss()

    def build():
        model = nn.Sequential(
            nn.Conv2d(3, 32, 5, stride=2),
            nn.BatchNorm2d(32, eps=1e-3, momentum=0.1),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Conv2d(32, 64, 5, padding=2),
            nn.BatchNorm2d(64, eps=1e-3, momentum=0.1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(64, 10),
        )
        torch_side.set_weights(model, numbers.weights(torch_side.keras_shapes(model)))
        model = torch_side.memory_format(model, memory)
        optimizer = torch.optim.SGD(model.parameters(), RATE, momentum=0.9)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(x), y)
            loss.backward()
            optimizer.step()
            return loss.item()

        return model, step

    def check():
        twin, step = build()
        losses = [step() for _ in range(3)]
        return [losses, twin.eval()(x).detach().numpy()]

    return Work(build()[1], check)


CASES = [
    Case(
        "cifar-step",
        "training step on 32x32x3 images: 5x5, stride 2, batch norm, average pooling; batch 64",
        Side("minigrad", minigrad_step),
        on_torch(torch_step),
        # the running variances differ: PyTorch's has n - 1 below the line, Keras's n
        tolerance=2e-2,
    ),
]
