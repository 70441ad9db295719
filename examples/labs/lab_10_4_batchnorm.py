"""Lab 10-4: batch normalization.

What it teaches: each unit's numbers are shifted and scaled to mean 0 and deviation 1 over the batch, before
ReLU. Training needs fewer steps. For predictions the layer keeps running averages: weights that no gradient
changes, so that ``variables`` and ``trainable_variables`` differ now.

    python examples/labs/lab_10_4_batchnorm.py                # the sample of MNIST, one epoch
    python examples/labs/lab_10_4_batchnorm.py --data full    # the lecture's .9685

Read beside it: minigrad/layers/normalization.py, minigrad/ops/normalization.py, dense.py.
"""

from dense import dense, flatten, relu, run

import minigrad.tf as tf


def create_model(label_dim=10):
    weight_init = tf.keras.initializers.glorot_uniform()
    model = tf.keras.Sequential()
    model.add(flatten())  # 784
    for _ in range(4):
        model.add(dense(512, weight_init))  # 512
        model.add(tf.keras.layers.BatchNormalization())
        model.add(relu())
    model.add(dense(label_dim, weight_init))  # 10
    return model


if __name__ == "__main__":
    run(__doc__, "nn_batchnorm", create_model)
