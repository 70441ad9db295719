"""The input's gradient of a convolution with strides, gathered rather than scattered.

Idea:    at stride S the input cells fall into S S phases, and each phase sees only every S-th cell of the
         kernel. So the gradient is a convolution of ``g`` at stride 1, with a kernel of ceil(K / S) cells
         and S S C filters, one set for each phase; what it gives is then put in its place (depth to space).
         That needs no sum over KH KW overlapping arrays.
Shapes:  g (N, OH, OW, F) -> (N, OH + T - 1, OW + U - 1, S S C) -> gx (N, H, W, C), T = ceil(KH / SH)
Before:  conv_gradients.py, conv_forward.py.  Next: depthwise.py (no matrix product there).
Source:  Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?"
"""

from __future__ import annotations

import numpy as np

from minigrad.kernels.columns import Case
from minigrad.kernels.conv_forward import block_convolution
from minigrad.kernels.conv_gradients import Gradients
from minigrad.kernels.scratch import scratch
from minigrad.kernels.windows import Array, Windows, overlap

_THIN = 8  # with fewer channels than that, channels are added one by one: each is a longer run than a pixel


class Strided(Gradients):
    """With h + top = i S + p (dilation 1), likewise for the width, and a = p + t S::

    gx[n, h, w, c] = sum_{t, u, f} g[n, i - t, j - u, f] kernel[p + t SH, q + u SW, c, f]
    """

    def prepare(self) -> None:
        """Bring the kernel into the layout (T, U, F // G, G SH SW C // G), 0 where ``p + t S`` is outside."""
        if self.kernel is None:
            return
        high, wide, channels, _ = self.of.kernel
        groups, (sh, sw) = self.of.groups, self.of.windows.strides
        t, u = -(-high // sh), -(-wide // sw)
        whole = np.zeros((t * sh, u * sw, *self.of.kernel[2:]), self.dtype)
        whole[:high, :wide] = self.kernel
        split = whole.reshape(t, sh, u, sw, channels, groups, -1)[::-1, :, ::-1]
        self.back = split.transpose(0, 2, 6, 5, 1, 3, 4).reshape(t, u, -1, groups * sh * sw * channels)

    def add_input(self, block: Array, images: slice, rows: slice) -> None:
        """Add what the block's ``g`` gives to the cells, phase by phase."""
        assert self.gx is not None
        n, count, width, _ = block.shape
        (t, u), (sh, sw) = self.back.shape[:2], self.of.windows.strides
        (top, _), (left, _) = self.of.windows.padding
        output = (count + t - 1, width + u - 1)
        seen = Windows(block.shape, (t, u), (1, 1), ((t - 1, t - 1), (u - 1, u - 1)), (1, 1), output)
        convolve = block_convolution(
            block, self.back, Case(seen, self.back.shape, self.of.groups), None, self.dtype
        )
        cells: Array = scratch("phases", (n, *output, self.back.shape[3]), self.dtype)
        convolve(slice(0, n), slice(0, output[0]), cells)
        phases = cells.reshape(n, *output, self.of.groups, sh, sw, self.of.kernel[2])
        gx = self.gx[images]
        gx = gx.reshape(*gx.shape[:3], self.of.groups, self.of.kernel[2])
        for p in range(sh):
            from_rows, to_rows = overlap(rows.start * sh + p - top, sh, gx.shape[1], 0, output[0])
            for q in range(sw):
                from_columns, to_columns = overlap(q - left, sw, gx.shape[2], 0, output[1])
                _add(gx[:, to_rows, to_columns], phases[:, from_rows, from_columns, :, p, q])


def _add(to: Array, what: Array) -> None:
    """Add ``what`` to ``to``, both (n, rows, columns, groups, channels)."""
    if to.shape[3] * to.shape[4] >= _THIN:
        np.add(to, what, out=to)
        return
    for group in range(to.shape[3]):
        for channel in range(to.shape[4]):
            one = to[..., group, channel]
            np.add(one, what[..., group, channel], out=one)
