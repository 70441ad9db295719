"""The way back through a convolution of stride 1: the kernel's two axes one at a time.

Idea:    a window is KH rows of KW cells. Gather ``g`` along the width only and ``x`` along the height only:
         that copies KW + KH arrays rather than KH KW, and makes the matrix products nearly square, which
         BLAS does up to half as fast again as the narrow ones of the columns.
Shapes:  g (N, OH, OW, F) -> gx (N, H, W, C), gkernel (KH, KW, C // groups, F), gbias (F,)
Before:  conv_gradients.py (what every way back has in common).  Next: conv_strided.py.
Source:  the formulas are Dumoulin & Visin 2016, chapter 4; the order of summation is this file's own.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided

from minigrad.kernels.columns import split_channels
from minigrad.kernels.conv_gradients import Gradients
from minigrad.kernels.scratch import scratch, zeroed
from minigrad.kernels.windows import Array, overlap

_THIN = 8  # channels; see `Separable._channel_runs`


class Separable(Gradients):
    """Stride 1: gather ``g`` along the width only and ``x`` along the height only.

    With V[n, i, w, b, f] = g[n, i, w - b DW + left, f] and U[n, i, w, a, c] = x[n, i + a DH - top, w, c]::

        gkernel[a, b, c, f] = sum_{n, i, w} U[n, i, w, a, c] V[n, i, w, b, f]
        gx[n, h, w, c] = sum_a Z[n, h - a DH + top, w, a, c],   Z = V times the kernel

    so both products use V, they are nearly square, and only KH arrays are added back rather than KH KW.
    Groups are one more axis in front of all of these: G small convolutions of C // G channels.
    """

    def row_cells(self) -> int:
        """U, V and Z for each input position of a row."""
        high, wide, channels, filters = self.of.kernel
        width = self.of.windows.shape[2] / max(1, self.of.windows.output[1])
        return int((2 * high * channels * self.of.groups + wide * filters) * width) + 1

    def prepare(self) -> None:
        """Flip the kernel along its width: V's runs lie in memory that way round."""
        if self.kernel is not None:
            high, wide, channels, filters = self.of.kernel
            flipped = self.kernel.astype(self.dtype, copy=False)[:, ::-1]
            split = flipped.reshape(high, wide, channels, self.of.groups, -1)
            groups, across, down = self.of.groups, wide * (filters // self.of.groups), high * channels
            self.matrix = split.transpose(3, 0, 2, 1, 4).reshape(groups, down, across).transpose(0, 2, 1)

    def folds(self) -> bool:
        """No: the columns of ``x`` don't all meet ``g``."""
        return False

    def kernel_layout(self) -> tuple[int, ...]:
        """(G, KH C // G, KW F // G)."""
        high, wide, channels, filters = self.of.kernel
        return (self.of.groups, high * channels, wide * (filters // self.of.groups))

    def kernel_result(self, total: Array) -> Array:
        """Return the kernel's layout, flipped back."""
        high, wide, channels, _ = self.of.kernel
        split = total.reshape(self.of.groups, high, channels, wide, -1)[:, :, :, ::-1]
        return split.transpose(1, 3, 2, 0, 4).reshape(self.of.kernel)

    def block(self, task: int, images: slice, rows: slice, first: bool) -> None:
        """Do one block: V once, then its two products."""
        across = self._across(task, images, rows, first)
        if self.gkernel is not None:
            self.add_kernel(task, self._down(images, rows).transpose(0, 2, 1), across, first)
        if self.gx is not None:
            self._add_rows(across, images, rows)

    def _across(self, task: int, images: slice, rows: slice, first: bool) -> Array:
        """Return V (G, n rows W, KW F // G), window cells from right to left."""
        _, wide, _, filters = self.of.kernel
        groups, each = self.of.groups, filters // self.of.groups
        n, count, out_width = images.stop - images.start, rows.stop - rows.start, self.of.windows.output[1]
        step, width = self.of.windows.dilation[1], self.of.windows.shape[2]
        before = (wide - 1) * step - self.of.windows.padding[1][0]
        padded = width + (wide - 1) * step
        g: Array = zeroed(("g", before, out_width), (groups * n * count, padded, each), self.dtype)
        g = g.reshape(groups, n, count, padded, each)
        inner = g[:, :, :, before : before + out_width]
        if groups == 1:
            self.add_bias(task, self.source.write(images, rows, inner[0]), first)
        else:
            whole = self.source.block(images, rows, self.dtype)
            inner[...] = split_channels(whole, groups)
            self.add_bias(task, whole, first)
        s = g.strides
        shape = (groups, n, count, width, wide, each)
        view = as_strided(g, shape, (*s[:4], s[3] * step, s[4]), writeable=False)
        across: Array = scratch("across", shape, self.dtype)
        np.copyto(across, view)
        return across.reshape(groups, -1, wide * each)

    def _row_meetings(self, rows: slice) -> list[tuple[int, slice, slice]]:
        """Return (a, output rows of the block, input rows) that meet."""
        (step, _), ((above, _), _) = self.of.windows.dilation, self.of.windows.padding
        found = []
        for a in range(self.of.kernel[0]):
            out, into = overlap(a * step - above, 1, self.of.windows.shape[1], rows.start, rows.stop)
            found.append((a, slice(out.start - rows.start, out.stop - rows.start), into))
        return found

    def _down(self, images: slice, rows: slice) -> Array:
        """Return U (G, n rows W, KH C // G)."""
        assert self.x is not None
        down = self._rows_of_cells(images, rows)
        x = split_channels(self.x[images], self.of.groups)
        for a, out, into in self._row_meetings(rows):
            down[:, :, : out.start, :, a] = 0
            down[:, :, out.stop :, :, a] = 0
            for run in self._channel_runs():
                down[:, :, out, :, a, run] = x[:, :, into, :, run]
        return down.reshape(self.of.groups, -1, math.prod(down.shape[4:]))

    def _add_rows(self, across: Array, images: slice, rows: slice) -> None:
        """Add Z to the input rows that it belongs to."""
        assert self.gx is not None
        z = self._rows_of_cells(images, rows)
        np.matmul(across, self.matrix, out=z.reshape(self.of.groups, -1, math.prod(z.shape[4:])))
        gx = split_channels(self.gx[images], self.of.groups)
        for a, out, into in self._row_meetings(rows):
            for run in self._channel_runs():
                to = gx[:, :, into, :, run]
                np.add(to, z[:, :, out, :, a, run], out=to)

    def _channel_runs(self) -> list[slice]:
        """Return all channels, or one at a time where a pixel has too few to be a run of its own."""
        channels = self.of.kernel[2]
        if channels * self.of.groups < _THIN:
            return [slice(c, c + 1) for c in range(channels)]
        return [slice(channels)]

    def _rows_of_cells(self, images: slice, rows: slice) -> Array:
        """Return the buffer of U and of Z, (G, n, rows, W, KH, C // G)."""
        high, _, channels, _ = self.of.kernel
        shape = (images.stop - images.start, rows.stop - rows.start, self.of.windows.shape[2])
        return scratch("down", (self.of.groups, *shape, high, channels), self.dtype)
