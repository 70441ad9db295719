"""One hypothesis profile for everybody: the same examples every time, and no deadline."""

import os

os.environ.setdefault("MPLBACKEND", "agg")

from hypothesis import HealthCheck, settings

settings.register_profile(
    "minigrad",
    derandomize=True,
    deadline=None,
    max_examples=25,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("minigrad")
