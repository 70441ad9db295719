"""One hypothesis profile for everybody: the same examples every time, and no deadline."""

import os

os.environ.setdefault("MPLBACKEND", "agg")

import pytest
from hypothesis import HealthCheck, settings

import minigrad

settings.register_profile(
    "minigrad",
    derandomize=True,
    deadline=None,
    max_examples=25,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("minigrad")


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Let every test see the same random numbers, whichever ran before it in the same process."""
    minigrad.utils.set_random_seed(0)
