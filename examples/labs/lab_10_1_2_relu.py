"""Lab 10-1-2: the same network with ReLU.

What it teaches: one word changed. Where ReLU passes a number on, its slope is 1, so gradients come back as
they were; after one epoch the error is nearly halved.

    python examples/labs/lab_10_1_2_relu.py                # the sample of MNIST, one epoch
    python examples/labs/lab_10_1_2_relu.py --data full    # the lecture's .9558

Read beside it: minigrad/ops/rectifiers.py, minigrad/activations.py, dense.py.
"""

from dense import dense, flatten, relu, run

import minigrad.tf as tf


def create_model(label_dim=10):
    weight_init = tf.keras.initializers.RandomNormal()
    model = tf.keras.Sequential()
    model.add(flatten())  # 784
    for _ in range(2):
        model.add(dense(256, weight_init))  # 256
        model.add(relu())
    model.add(dense(label_dim, weight_init))  # 10
    return model


if __name__ == "__main__":
    run(__doc__, "nn_relu", create_model)
