"""How long the kernels of the lecture's CNN take.

``pytest tests/benchmarks/bench_kernels.py --benchmark-enable`` measures each alone;
``python tests/benchmarks/bench_kernels.py`` prints the same as one table. ``--rounds`` sets for how long; the
least of many short rounds says most on a machine that has other work too.
"""

import argparse
import time

import numpy as np
import pytest

from minigrad.kernels import conv, pool, threads
from minigrad.kernels.matmul import matmul

BATCH = 100
SAME = ((1, 1), (1, 1))
LAYERS = [(28, 1, 32), (14, 32, 64), (7, 64, 128)]  # image size, channels, filters


class Layer:
    """conv 3x3 SAME + bias + ReLU, then max pooling 2x2 SAME: forward and backward, step by step."""

    def __init__(self, size, channels, filters):
        rng = np.random.default_rng(0)
        self.first = channels == 1
        self.x = rng.standard_normal((BATCH, size, size, channels), dtype=np.float32)
        self.kernel = 0.1 * rng.standard_normal((3, 3, channels, filters), dtype=np.float32)
        self.bias = np.zeros(filters, np.float32)
        self.pool_options = ((2, 2), (2, 2), ((0, size % 2), (0, size % 2)))
        self.y = self.conv_forward()
        self.out, self.index = self.pool_forward()
        self.g = self.pool_backward()

    def conv_forward(self):
        return conv.conv2d(self.x, self.kernel, (1, 1), SAME, bias=self.bias, relu=True)

    def pool_forward(self):
        return pool.max_pool2d(self.y, *self.pool_options)

    def pool_backward(self):
        return pool.window_scatter(self.out, self.index, self.y.shape, *self.pool_options)

    def conv_backward(self):
        needs = (not self.first, True, True)
        return conv.conv2d_gradients(self.x, self.g, self.kernel, (1, 1), SAME, mask=self.y, needs=needs)


STEPS = ["conv_forward", "pool_forward", "pool_backward", "conv_backward"]


@pytest.mark.parametrize("sizes", LAYERS, ids=lambda sizes: "x".join(map(str, sizes)))
@pytest.mark.parametrize("step", STEPS)
def test_layer(benchmark, sizes, step):
    benchmark(getattr(Layer(*sizes), step))


@pytest.mark.parametrize(
    "shapes", [((100, 2048), (2048, 256)), ((100, 256), (256, 10)), ((512, 512), (512, 512))]
)
def test_matmul(benchmark, shapes):
    a, b = (np.ones(shape, np.float32) for shape in shapes)
    benchmark(matmul, a, b)


def test_dispatch(benchmark):
    benchmark(threads.parallel_for, lambda block: None, 8)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--threads", type=int, default=threads.get_num_threads())
    options = parser.parse_args()
    threads.set_num_threads(options.threads)
    layers = [Layer(*sizes) for sizes in LAYERS]
    times = {}
    for _ in range(options.rounds):
        for layer, step in [(layer, step) for layer in layers for step in STEPS]:
            start = time.perf_counter()
            getattr(layer, step)()
            times.setdefault((layer.x.shape, step), []).append(time.perf_counter() - start)
    print(f"{options.threads} thread(s), batch {BATCH}, float32: least / median of {options.rounds}, ms")
    for (shape, step), some in times.items():
        print(f"{shape!s:20} {step:14} {1e3 * min(some):7.2f} {1e3 * np.median(some):7.2f}")
    least = sum(min(some) for some in times.values())
    print(f"{'total':35} {1e3 * least:7.2f}")


if __name__ == "__main__":
    main()
