"""Lab 10-2-2: deeper and wider.

What it teaches: four hidden layers of 512 units have 1,195,018 parameters instead of 269,322. That is enough
to learn more of the digits, and to learn the training images by heart: the next two labs do something about
it.

    python examples/labs/lab_10_2_2_deep.py                # the sample of MNIST, one epoch
    python examples/labs/lab_10_2_2_deep.py --data full    # the lecture's .9684

Read beside it: minigrad/models/sequential.py, minigrad/layers/weights.py (who owns the parameters),
dense.py.
"""

from dense import dense, flatten, relu, run

import minigrad.tf as tf


def create_model(label_dim=10):
    weight_init = tf.keras.initializers.glorot_uniform()
    model = tf.keras.Sequential()
    model.add(flatten())  # 784
    for _ in range(4):
        model.add(dense(512, weight_init))  # 512
        model.add(relu())
    model.add(dense(label_dim, weight_init))  # 10
    return model


if __name__ == "__main__":
    run(__doc__, "nn_deep", create_model)
