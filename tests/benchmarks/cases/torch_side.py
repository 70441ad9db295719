"""What PyTorch's sides share: its layout, and weights given in Keras's.

Idea:    PyTorch's images are (N, C, H, W) by shape, but in memory either "channels_first" or "channels_last".
         Both are measured, and the faster one counts.
Before:  numbers.py.  Next: lecture.py.
"""

import numpy as np


def image_tensor(images, memory="channels_first", requires_grad=False):
    """Return (N, H, W, C) or (N, L, C) as a tensor (N, C, H, W) or (N, C, L) of that layout in memory."""
    import torch

    x = torch.from_numpy(np.ascontiguousarray(np.moveaxis(images, -1, 1)))
    return memory_format(x, memory).requires_grad_(requires_grad)


def memory_format(x, memory):
    """Return a tensor or a module in that layout; only what has four axes has two of them."""
    import torch

    is_image = isinstance(x, torch.nn.Module) or x.ndim == 4
    if memory == "channels_last" and is_image:
        options = {"memory_format": torch.channels_last}
        return x.to(**options) if isinstance(x, torch.nn.Module) else x.contiguous(**options)
    return x


def keras_array(tensor):
    """Return a tensor (N, C, ...) as an array (N, ..., C); others as they are."""
    array = tensor.detach().numpy()
    return np.moveaxis(array, 1, -1) if array.ndim > 2 else array


def keras_order(shape, depthwise=False):
    """Return the order of the axes in which a PyTorch weight of that shape is Keras's.

    (F, C, KH, KW) becomes (KH, KW, C, F); depthwise, (C, 1, KH, KW) becomes (KH, KW, C, 1).
    """
    space = tuple(range(2, len(shape)))
    return (*space, *((0, 1) if depthwise else (1, 0))) if len(shape) > 1 else (0,)


def is_depthwise(module):
    """Whether it is a convolution in which each channel has a kernel of its own."""
    return getattr(module, "groups", 1) > 1 and module.groups == getattr(module, "in_channels", 0)


def parameters(module):
    """Return [(parameter, order of its axes in Keras)] of a module, its parts in turn."""
    return [
        (parameter, keras_order(parameter.shape, is_depthwise(part)))
        for part in module.modules()
        for parameter in part.parameters(recurse=False)
    ]


def set_weights(module, arrays):
    """Copy arrays in Keras's layout to a module's parameters."""
    import torch

    with torch.no_grad():
        for (parameter, order), array in zip(parameters(module), arrays, strict=True):
            back = np.argsort(order)
            parameter.copy_(torch.from_numpy(array.transpose(back).copy()))


def keras_shapes(module):
    """Return the shapes of a module's parameters in Keras's layout."""
    return [tuple(parameter.shape[axis] for axis in order) for parameter, order in parameters(module)]


def gradients(module):
    """Return the gradients of a module's parameters, in Keras's layout."""
    return [parameter.grad.numpy().transpose(order) for parameter, order in parameters(module)]
