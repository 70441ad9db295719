"""minigrad: deep learning in NumPy, nothing hidden.

``import minigrad as keras`` runs small CNNs that were written for Keras; ``minigrad.Tensor`` and
``minigrad.grad`` are the automatic differentiation below it. docs/reading-order.md says where to begin.
"""

from minigrad import (
    activations,
    callbacks,
    config,
    constraints,
    datasets,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    random,
    regularizers,
    testing,
    utils,
)
from minigrad.autodiff.differentiable import differentiable, nondifferentiable
from minigrad.autodiff.graph import grad, no_grad
from minigrad.autodiff.op import Array
from minigrad.autodiff.tape import GradientTape
from minigrad.autodiff.tensor import Tensor
from minigrad.autodiff.variable import Variable
from minigrad.initializers import Initializer
from minigrad.kernels.threads import get_num_threads, set_num_threads
from minigrad.layers import Input, InputSpec, Layer
from minigrad.losses import Loss
from minigrad.metrics import Metric
from minigrad.models import Model, Sequential
from minigrad.ops import methods as _methods  # noqa: F401 - gives tensors their operators and methods
from minigrad.ops import numpy_protocol as _numpy_protocol  # noqa: F401 - lets NumPy's functions take tensors
from minigrad.optimizers import Optimizer
from minigrad.regularizers import Regularizer
from minigrad.version import __version__

__all__ = [
    "Array",
    "GradientTape",
    "Initializer",
    "Input",
    "InputSpec",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "Tensor",
    "Variable",
    "__version__",
    "activations",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "differentiable",
    "get_num_threads",
    "grad",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "no_grad",
    "nondifferentiable",
    "ops",
    "optimizers",
    "random",
    "regularizers",
    "set_num_threads",
    "testing",
    "utils",
]
