"""The optimizers' updates, on the 619,786 weights of the lecture's CNN.

Before:  numbers.py.  Next: loading.py.
"""

from benchmarks.case import Case, Side, Work
from benchmarks.cases import numbers

KERNELS = [(3, 3, 1, 32), (3, 3, 32, 64), (3, 3, 64, 128), (2048, 256), (256, 10)]
SHAPES = [shape for kernel in KERNELS for shape in (kernel, kernel[-1:])]


def _numbers():
    weights = numbers.weights(SHAPES)
    # far from 0: Keras adds Adam's epsilon before the correction of the bias, PyTorch after it
    gradients = [0.1 + numbers.images(*shape, seed=100 + seed) for seed, shape in enumerate(SHAPES)]
    return weights, gradients


def minigrad_update(make):
    import minigrad as mg

    weights, gradients = _numbers()

    def work():
        variables = [mg.Variable(array.copy()) for array in weights]
        optimizer = make(mg.optimizers)
        return variables, lambda: optimizer.apply(gradients, variables)

    def check():
        variables, update = work()
        for _ in range(3):
            update()
        return [variable.numpy() for variable in variables]

    return Work(work()[1], check)


def torch_update(make):
    import torch

    weights, gradients = _numbers()

    def work():
        parameters = [torch.nn.Parameter(torch.from_numpy(array.copy())) for array in weights]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = torch.from_numpy(gradient)
        return parameters, make(torch.optim, parameters).step

    def check():
        parameters, update = work()
        for _ in range(3):
            update()
        return [parameter.detach().numpy() for parameter in parameters]

    return Work(work()[1], check)


UPDATES = [
    (
        "adam",
        "Adam's update of 619,786 weights",
        lambda optimizers: optimizers.Adam(1e-3),
        lambda optim, weights, **way: optim.Adam(weights, 1e-3, **way),
    ),
    (
        "sgd",
        "SGD's update of 619,786 weights",
        lambda optimizers: optimizers.SGD(1e-2),
        lambda optim, weights, **way: optim.SGD(weights, 1e-2, **way),
    ),
    (
        "momentum",
        "SGD's update with momentum of 619,786 weights",
        lambda optimizers: optimizers.SGD(1e-2, momentum=0.9),
        lambda optim, weights, **way: optim.SGD(weights, 1e-2, momentum=0.9, **way),
    ),
]
WAYS = {"foreach": {"foreach": True}, "fused": {"fused": True}, "loop": {"foreach": False}}


def update_case(name, measure, ours, theirs):
    """An update, against the fastest of PyTorch's three ways to do it."""
    others = tuple(
        Side("torch", lambda way=way: torch_update(lambda optim, w: theirs(optim, w, **way)), variant)
        for variant, way in WAYS.items()
    )
    return Case(name, measure, Side("minigrad", lambda: minigrad_update(ours)), others)


CASES = [update_case(*update) for update in UPDATES]
