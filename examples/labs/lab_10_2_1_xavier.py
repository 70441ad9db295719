"""Lab 10-2-1: weights that begin at the right size (Xavier Glorot's).

What it teaches: normal numbers of one fixed deviation are right for one width only. Uniform ones within
sqrt(6 / (inputs + outputs)) keep the signals' size from layer to layer, forwards and backwards.

    python examples/labs/lab_10_2_1_xavier.py                # the sample of MNIST, one epoch
    python examples/labs/lab_10_2_1_xavier.py --data full    # the lecture's .9607

Read beside it: minigrad/initializers/glorot_he_lecun.py, minigrad/initializers/scaling.py, dense.py.
"""

from dense import dense, flatten, relu, run

import minigrad.tf as tf


def create_model(label_dim=10):
    weight_init = tf.keras.initializers.glorot_uniform()
    model = tf.keras.Sequential()
    model.add(flatten())  # 784
    for _ in range(2):
        model.add(dense(256, weight_init))  # 256
        model.add(relu())
    model.add(dense(label_dim, weight_init))  # 10
    return model


if __name__ == "__main__":
    run(__doc__, "nn_xavier", create_model)
