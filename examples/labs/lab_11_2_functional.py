"""Lab 11-2: the same network as a functional model.

What it teaches: a layer is a function, so a network can be written as calls, each on the result of another.
The input is symbolic: it has a shape and no numbers. Branches and joins become possible, which a Sequential
model can't have; here there are none, so the parameters and the results are those of lab 11-1.

    python examples/labs/lab_11_2_functional.py                            # the sample of MNIST, 3 epochs
    python examples/labs/lab_11_2_functional.py --data full --epochs 15    # the lecture's .9923

Read beside it: minigrad/autodiff/symbolic.py, minigrad/models/graph.py, common.py.
"""

from common import draw_curves, draw_mistakes, learn, load_digits, parser

import minigrad as keras
import minigrad.tf as tf


def create_model():
    inputs = keras.Input(shape=(28, 28, 1))
    net = keras.layers.Conv2D(filters=32, kernel_size=[3, 3], padding="SAME", activation=tf.nn.relu)(inputs)
    net = keras.layers.MaxPool2D(padding="SAME")(net)  # 14, 14, 32
    net = keras.layers.Conv2D(filters=64, kernel_size=[3, 3], padding="SAME", activation=tf.nn.relu)(net)
    net = keras.layers.MaxPool2D(padding="SAME")(net)  # 7, 7, 64
    net = keras.layers.Conv2D(filters=128, kernel_size=[3, 3], padding="SAME", activation=tf.nn.relu)(net)
    net = keras.layers.MaxPool2D(padding="SAME")(net)  # 4, 4, 128
    net = keras.layers.Flatten()(net)  # 2048
    net = keras.layers.Dense(units=256, activation=tf.nn.relu)(net)
    net = keras.layers.Dropout(rate=0.4)(net)
    logits = keras.layers.Dense(units=10)(net)
    return keras.Model(inputs=inputs, outputs=logits)


def main():
    args = parser(__doc__, epochs=3).parse_args()
    tf.random.set_seed(args.seed)
    digits = load_digits(args, batch_size=100)
    model = create_model()
    model.summary()
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.001)
    curves = learn([model], optimizer, digits, "mnist_cnn_func", args, batch_size=100)
    draw_curves(args.pictures / "lab_11_2_curves.png", curves)
    draw_mistakes(args.pictures / "lab_11_2_mistakes.png", [model], digits)


if __name__ == "__main__":
    main()
