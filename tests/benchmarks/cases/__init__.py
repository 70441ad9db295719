"""The cases, by family; ``CASES`` is all of them, in the table's order.

Before:  case.py.  Next: lecture.py.
"""

from benchmarks.cases import augmentation, batch_sizes, cifar, layers, lecture, loading, optimizers

CASES = [
    *lecture.CASES,
    *cifar.CASES,
    *batch_sizes.CASES,
    *layers.CASES,
    *optimizers.CASES,
    *loading.CASES,
    *augmentation.CASES,
]
