"""Lab 11-4: an ensemble, three networks that vote.

What it teaches: networks that began with other random numbers make other mistakes. Their scores are summed,
and where one errs the others overrule it. One optimizer serves all three: it keeps its averages for each
variable that it meets.

    python examples/labs/lab_11_4_ensemble.py                            # the sample of MNIST, one epoch
    python examples/labs/lab_11_4_ensemble.py --data full --epochs 15    # the lecture's .9953

Read beside it: lab_11_3_subclassing.py (the model), minigrad/optimizers/optimizer.py, common.py.
"""

from common import accuracy_fn, draw_curves, draw_mistakes, learn, load_digits, parser
from lab_11_3_subclassing import MNISTModel

import minigrad.tf as tf


def main():
    made = parser(__doc__, epochs=1)
    made.add_argument("--models", type=int, default=3, help="how many vote")
    args = made.parse_args()
    tf.random.set_seed(args.seed)
    digits = load_digits(args, batch_size=100)
    models = [MNISTModel() for _ in range(args.models)]
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.001)
    curves = learn(models, optimizer, digits, "mnist_cnn_ensemble", args, batch_size=100)
    for index, model in enumerate(models):
        alone = accuracy_fn([model], digits.test_images[:2000], digits.test_labels[:2000])
        print(f"Model {index} alone, on the first 2000 test images: {alone:.4f}")
    together = accuracy_fn(models, digits.test_images[:2000], digits.test_labels[:2000])
    print(f"All together: {together:.4f}")
    draw_curves(args.pictures / "lab_11_4_curves.png", curves)
    draw_mistakes(args.pictures / "lab_11_4_mistakes.png", models, digits)


if __name__ == "__main__":
    main()
