"""Lab 10-1-1: a dense network with sigmoid for the digits.

What it teaches: 784 pixels, two hidden layers of 256 units, ten scores; and what sigmoid costs. Its slope is
a quarter at most, so a gradient that comes back through two of them has shrunk. The next lab replaces it.

    python examples/labs/lab_10_1_1_softmax.py                # the sample of MNIST, one epoch
    python examples/labs/lab_10_1_1_softmax.py --data full    # the lecture's .9241

Read beside it: minigrad/layers/dense.py, minigrad/ops/activation.py (sigmoid and its derivative), dense.py.
"""

from dense import dense, flatten, run, sigmoid

import minigrad.tf as tf


def create_model(label_dim=10):
    weight_init = tf.keras.initializers.RandomNormal()
    model = tf.keras.Sequential()
    model.add(flatten())  # 784
    for _ in range(2):
        model.add(dense(256, weight_init))  # 256
        model.add(sigmoid())
    model.add(dense(label_dim, weight_init))  # 10
    return model


if __name__ == "__main__":
    run(__doc__, "nn_softmax", create_model)
