"""Lab 11-1: a convolutional network for the digits, as a Sequential model.

What it teaches: three times convolution, ReLU and pooling make 4x4x128 features of a 28x28 image, and two
dense layers make ten scores of these. 619,786 parameters, of which the convolutions have a sixth and do most
of the work. Dropout stands between the dense layers.

    python examples/labs/lab_11_1_sequential.py                            # the sample of MNIST, 3 epochs
    python examples/labs/lab_11_1_sequential.py --data full --epochs 15    # the lecture's .9938

Read beside it: minigrad/layers/convolution.py, minigrad/kernels/reference.py (the loops), common.py.
"""

from common import draw_curves, draw_mistakes, learn, load_digits, parser

import minigrad as keras
import minigrad.tf as tf


def create_model():
    model = keras.Sequential()
    model.add(
        keras.layers.Conv2D(32, kernel_size=3, activation=tf.nn.relu, padding="SAME", input_shape=(28, 28, 1))
    )  # 28, 28, 32
    model.add(keras.layers.MaxPool2D(padding="SAME"))  # 14, 14, 32
    model.add(keras.layers.Conv2D(64, kernel_size=3, activation=tf.nn.relu, padding="SAME"))  # 14, 14, 64
    model.add(keras.layers.MaxPool2D(padding="SAME"))  # 7, 7, 64
    model.add(keras.layers.Conv2D(128, kernel_size=3, activation=tf.nn.relu, padding="SAME"))  # 7, 7, 128
    model.add(keras.layers.MaxPool2D(padding="SAME"))  # 4, 4, 128
    model.add(keras.layers.Flatten())  # 2048
    model.add(keras.layers.Dense(256, activation=tf.nn.relu))
    model.add(keras.layers.Dropout(0.4))
    model.add(keras.layers.Dense(10))
    return model


def main():
    args = parser(__doc__, epochs=3).parse_args()
    tf.random.set_seed(args.seed)
    digits = load_digits(args, batch_size=100)
    model = create_model()
    model.summary()
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.001)
    curves = learn([model], optimizer, digits, "mnist_cnn_seq", args, batch_size=100)
    draw_curves(args.pictures / "lab_11_1_curves.png", curves)
    draw_mistakes(args.pictures / "lab_11_1_mistakes.png", [model], digits)


if __name__ == "__main__":
    main()
