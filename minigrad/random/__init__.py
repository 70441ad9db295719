"""Random numbers that come out the same: one seed, the same bits, whatever the number of threads.

Before:  ops/.  Next: random/seed.py (where they begin), random/distributions.py,
         random/choices.py.
Source:  ``keras.random``.
"""

from minigrad.random.choices import categorical, dropout, shuffle
from minigrad.random.distributions import beta, binomial, gamma, normal, randint, truncated_normal, uniform
from minigrad.random.seed import SeedGenerator, generator, set_random_seed

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "generator",
    "normal",
    "randint",
    "set_random_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]
