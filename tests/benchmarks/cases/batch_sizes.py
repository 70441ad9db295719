"""The lecture's CNN at batch sizes from 1 to 1,000: time for each image, and memory.

Idea:    the time of an image should fall with the batch and then stay; memory must not grow faster than the
         batch.
Before:  lecture.py.  Next: layers.py.
"""

from benchmarks.case import Case, Side
from benchmarks.cases.lecture import minigrad_inference, minigrad_step, on_torch, torch_inference, torch_step

SIZES = (1, 3, 10, 30, 100, 300, 1000)


def cases(batch):
    """Return training, inference and memory at one batch size."""
    return [
        Case(
            f"batch-{batch}-step",
            f"training step, batch {batch}",
            Side("minigrad", lambda: minigrad_step(batch)),
            on_torch(torch_step, batch=batch),
            count=batch,
            batch=batch,
        ),
        Case(
            f"batch-{batch}-infer",
            f"inference, batch {batch}",
            Side("minigrad", lambda: minigrad_inference(batch, "predict_on_batch")),
            on_torch(torch_inference, count=batch),
            count=batch,
            batch=batch,
        ),
        Case(
            f"batch-{batch}-memory",
            f"peak memory of training, batch {batch}",
            Side("minigrad", lambda: minigrad_step(batch)),
            (Side("torch", lambda: torch_step(batch=batch), "channels_first"),),
            kind="memory",
            batch=batch,
        ),
    ]


CASES = [case for batch in SIZES for case in cases(batch)]
