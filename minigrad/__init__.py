"""minigrad: deep learning in NumPy, nothing hidden.

``import minigrad as keras`` runs small CNNs that were written for Keras; ``minigrad.Tensor`` and
``minigrad.grad`` are the automatic differentiation below it. docs/reading-order.md says where to begin.

Importing minigrad imports nothing else: each name below is looked up when it is first used, so that a
program pays only for what it needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what type checkers and editors see
    from minigrad import (
        activations,
        backend,
        callbacks,
        config,
        constraints,
        data,
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
        saving,
        testing,
        tf,
        utils,
        visualize,
    )
    from minigrad.autodiff.custom_gradient import custom_gradient
    from minigrad.autodiff.debugging import debug_nans
    from minigrad.autodiff.differentiable import differentiable, nondifferentiable
    from minigrad.autodiff.drawing import graph
    from minigrad.autodiff.jacobians import hessian, hvp, jacobian
    from minigrad.autodiff.modes import no_grad
    from minigrad.autodiff.op import Array
    from minigrad.autodiff.stepping import step_backward
    from minigrad.autodiff.symbolic import KerasTensor
    from minigrad.autodiff.tape import GradientTape
    from minigrad.autodiff.tensor import Tensor
    from minigrad.autodiff.transforms import grad, jvp, value_and_grad, vjp
    from minigrad.autodiff.variable import Variable
    from minigrad.explanation.explain import explain
    from minigrad.initializers import Initializer
    from minigrad.kernels.threads import get_num_threads, set_num_threads
    from minigrad.layers import Input, InputSpec, Layer
    from minigrad.losses import Loss
    from minigrad.metrics import Metric
    from minigrad.models import Model, Sequential
    from minigrad.optimizers import Optimizer
    from minigrad.regularizers import Regularizer
    from minigrad.version import __version__

_MODULES = frozenset(
    (
        "activations",
        "backend",
        "callbacks",
        "config",
        "constraints",
        "data",
        "datasets",
        "initializers",
        "layers",
        "losses",
        "metrics",
        "models",
        "ops",
        "optimizers",
        "random",
        "regularizers",
        "saving",
        "testing",
        "tf",
        "utils",
        "visualize",
    )
)
_HOME = {  # the module of every other public name
    "Array": "autodiff.op",
    "GradientTape": "autodiff.tape",
    "Initializer": "initializers",
    "Input": "layers",
    "InputSpec": "layers",
    "KerasTensor": "autodiff.symbolic",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "Sequential": "models",
    "Tensor": "autodiff.tensor",
    "Variable": "autodiff.variable",
    "__version__": "version",
    "custom_gradient": "autodiff.custom_gradient",
    "debug_nans": "autodiff.debugging",
    "differentiable": "autodiff.differentiable",
    "explain": "explanation.explain",
    "get_num_threads": "kernels.threads",
    "grad": "autodiff.transforms",
    "graph": "autodiff.drawing",
    "hessian": "autodiff.jacobians",
    "hvp": "autodiff.jacobians",
    "jacobian": "autodiff.jacobians",
    "jvp": "autodiff.transforms",
    "no_grad": "autodiff.modes",
    "nondifferentiable": "autodiff.differentiable",
    "set_num_threads": "kernels.threads",
    "step_backward": "autodiff.stepping",
    "value_and_grad": "autodiff.transforms",
    "vjp": "autodiff.transforms",
}

__all__ = [
    "Array",
    "GradientTape",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
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
    "backend",
    "callbacks",
    "config",
    "constraints",
    "custom_gradient",
    "data",
    "datasets",
    "debug_nans",
    "differentiable",
    "explain",
    "get_num_threads",
    "grad",
    "graph",
    "hessian",
    "hvp",
    "initializers",
    "jacobian",
    "jvp",
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
    "saving",
    "set_num_threads",
    "step_backward",
    "testing",
    "tf",
    "utils",
    "value_and_grad",
    "visualize",
    "vjp",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for."""
    if name in _MODULES:
        value: Any = importlib.import_module(f"minigrad.{name}")
    elif name in _HOME:
        importlib.import_module("minigrad.ops")  # tensors have no operators before
        value = getattr(importlib.import_module(f"minigrad.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module 'minigrad' has no attribute {name!r}; it has: {', '.join(__all__)}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
