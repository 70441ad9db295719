"""Write histories.json: what Keras gives for each training of history_cases.py.

    KERAS_BACKEND=torch python tests/golden/make_histories_golden.py

Made with Keras 3.15.1 on PyTorch 2.13.0; on TensorFlow the losses of single outputs are means over batches
of different size.
"""

import json
from pathlib import Path

import keras
import numpy as np
from history_cases import CASES


def plain(value):
    """Return a result as floats and lists."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return round(float(np.asarray(value)), 7)


if __name__ == "__main__":
    found = {}
    for name, run in CASES.items():
        keras.utils.set_random_seed(1)
        found[name] = plain(run(keras))
    text = json.dumps(found, indent=None, separators=(",", ":")).replace('},"', '},\n"')
    Path(__file__).with_name("histories.json").write_text(text + "\n", "utf-8")
