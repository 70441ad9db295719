"""Lab 11-3: the same network as a class of one's own.

What it teaches: the layers are made in ``__init__`` and used in ``call``, which is plain Python. The model
finds its layers among its attributes; it knows their shapes once it was called, be it on a symbolic input.

    python examples/labs/lab_11_3_subclassing.py                            # the sample of MNIST, 3 epochs
    python examples/labs/lab_11_3_subclassing.py --data full --epochs 15    # the lecture's .9938

Read beside it: minigrad/models/model.py, minigrad/layers/weights.py, minigrad/autodiff/inference.py,
common.py.
"""

from common import draw_curves, draw_mistakes, learn, load_digits, parser

import minigrad as keras
import minigrad.tf as tf


class MNISTModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = keras.layers.Conv2D(
            filters=32, kernel_size=[3, 3], padding="SAME", activation=tf.nn.relu
        )
        self.pool1 = keras.layers.MaxPool2D(padding="SAME")
        self.conv2 = keras.layers.Conv2D(
            filters=64, kernel_size=[3, 3], padding="SAME", activation=tf.nn.relu
        )
        self.pool2 = keras.layers.MaxPool2D(padding="SAME")
        self.conv3 = keras.layers.Conv2D(
            filters=128, kernel_size=[3, 3], padding="SAME", activation=tf.nn.relu
        )
        self.pool3 = keras.layers.MaxPool2D(padding="SAME")
        self.flat = keras.layers.Flatten()
        self.dense4 = keras.layers.Dense(units=256, activation=tf.nn.relu)
        self.drop4 = keras.layers.Dropout(rate=0.4)
        self.dense5 = keras.layers.Dense(units=10)

    def call(self, inputs, training=False):
        net = self.pool1(self.conv1(inputs))  # 14, 14, 32
        net = self.pool2(self.conv2(net))  # 7, 7, 64
        net = self.pool3(self.conv3(net))  # 4, 4, 128
        net = self.dense4(self.flat(net))  # 256
        return self.dense5(self.drop4(net))  # 10


def main():
    args = parser(__doc__, epochs=3).parse_args()
    tf.random.set_seed(args.seed)
    digits = load_digits(args, batch_size=100)
    model = MNISTModel()
    model(keras.Input(shape=(28, 28, 1)))
    model.summary()
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.001)
    curves = learn([model], optimizer, digits, "mnist_cnn_subclass", args, batch_size=100)
    draw_curves(args.pictures / "lab_11_3_curves.png", curves)
    draw_mistakes(args.pictures / "lab_11_3_mistakes.png", [model], digits)


if __name__ == "__main__":
    main()
