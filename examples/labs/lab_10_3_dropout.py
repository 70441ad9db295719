"""Lab 10-3: dropout.

What it teaches: in training, half of the units are set to zero at random (and the others doubled), so that
none can rely on a single other one. With training=False the layer does nothing; the model must be told
which.

    python examples/labs/lab_10_3_dropout.py                # the sample of MNIST, one epoch
    python examples/labs/lab_10_3_dropout.py --data full    # the lecture's .9562

Read beside it: minigrad/layers/regularization.py, minigrad/layers/layer.py (who hands ``training`` on),
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
        model.add(tf.keras.layers.Dropout(rate=0.5))
    model.add(dense(label_dim, weight_init))  # 10
    return model


if __name__ == "__main__":
    run(__doc__, "nn_dropout", create_model)
