"""Trainings of small networks, to run with Keras and with minigrad: `CASES` by name.

Each is a function of the module that is called keras, and returns what fit, evaluate and the like gave.
"""

import numpy as np

SPARSE = "sparse_categorical_crossentropy"
_numbers = np.random.default_rng(0)

ROWS = 70
Y = _numbers.integers(0, 4, ROWS)
X = _numbers.random((ROWS, 8, 8, 1), np.float32)
X[np.arange(ROWS), Y, Y] += 1.5
ONE_HOT = np.eye(4, dtype=np.float32)[Y]
NUMBER = (_numbers.normal(size=(ROWS, 1)) + Y[:, None]).astype(np.float32)
WEIGHT = _numbers.random(ROWS, np.float32) + np.float32(0.1)
HELD_OUT = X[:23][::-1] * np.float32(0.9), Y[:23][::-1]


def _with_weights(model):
    numbers = np.random.default_rng(5)
    weights = [numbers.normal(0, 0.2, weight.shape) for weight in model.get_weights()]
    model.set_weights([weight.astype(np.float32) for weight in weights])
    return model


def _cnn(keras, activation="softmax", **kwargs):
    layers = keras.layers
    parts = [
        layers.Conv2D(4, 3, activation="relu", padding="same", **kwargs),
        layers.MaxPooling2D(),
        layers.Conv2D(6, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(4, activation=activation),
    ]
    return _with_weights(keras.Sequential([keras.Input((8, 8, 1)), *parts]))


def _dense(keras, activation=None):
    parts = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1, activation=activation)]
    return _with_weights(keras.Sequential(parts))


def _two(keras):
    image = keras.Input((8, 8, 1))
    x = keras.layers.Flatten()(keras.layers.Conv2D(4, 3, activation="relu")(image))
    kind = keras.layers.Dense(4, activation="softmax", name="kind")(x)
    return _with_weights(keras.Model(image, [kind, keras.layers.Dense(1, name="size")(x)]))


def _trained(model, x=X, y=Y, compiled=None, **arguments):
    settings = {"optimizer": "adam", "loss": SPARSE, "metrics": ["accuracy"], **(compiled or {})}
    model.compile(**settings)
    size = {"batch_size": 16} if isinstance(x, np.ndarray) else {}
    arguments = {**size, "epochs": 3, "shuffle": False, "verbose": 0, **arguments}
    history = model.fit(x, y, **arguments)
    return {**history.history, "epoch": history.epoch, "steps": history.params["steps"]}


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


# -- optimizers ------------------------------------------------------------------------------------

_OPTIMIZERS = {
    "SGD": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
    "RMSprop": {"learning_rate": 0.005, "momentum": 0.3, "centered": True},
    "Adam": {"learning_rate": 0.01, "amsgrad": True, "clipnorm": 0.5},
    "AdamW": {"learning_rate": 0.01, "weight_decay": 0.02},
    "Adagrad": {"learning_rate": 0.1},
    "Adadelta": {"learning_rate": 1.0},
    "Adamax": {"learning_rate": 0.02},
    "Nadam": {"learning_rate": 0.01},
    "Ftrl": {"learning_rate": 0.1, "l1_regularization_strength": 0.001},
    "Lion": {"learning_rate": 0.003},
}
_SHARED = {
    "averages": {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 4},
    "averages_at_the_end": {"use_ema": True, "ema_momentum": 0.8},
    "accumulated": {"gradient_accumulation_steps": 2},
    "global_clipnorm": {"global_clipnorm": 0.2},
    "clipvalue": {"clipvalue": 0.01},
    "weight_decay": {"weight_decay": 0.1},
    "loss_scale_factor": {"loss_scale_factor": 64.0},
}
_SCHEDULES = {
    "ExponentialDecay": (0.1, 2, 0.8, True),
    "PiecewiseConstantDecay": ([3, 7], [0.1, 0.05, 0.01]),
    "CosineDecay": (0.02, 12),
}


def _with_optimizer(make):
    return lambda keras: _trained(_cnn(keras), compiled={"optimizer": make(keras)}, validation_data=HELD_OUT)


for _name, _options in _OPTIMIZERS.items():
    CASES[_name] = _with_optimizer(lambda keras, n=_name, o=_options: getattr(keras.optimizers, n)(**o))
for _name, _options in _SHARED.items():
    CASES[_name] = _with_optimizer(lambda keras, o=_options: keras.optimizers.SGD(0.1, **o))
for _name, _arguments in _SCHEDULES.items():
    CASES[_name] = _with_optimizer(
        lambda keras, n=_name, a=_arguments: keras.optimizers.SGD(getattr(keras.optimizers.schedules, n)(*a))
    )


# -- losses, metrics, weights ----------------------------------------------------------------------


@case
def one_hot(keras):
    names = [
        "accuracy",
        "mse",
        "AUC",
        keras.metrics.Precision(name="precise"),
        keras.metrics.Recall(name="recalled"),
    ]
    compiled = {"loss": "categorical_crossentropy", "metrics": names}
    return _trained(_cnn(keras), y=ONE_HOT, compiled=compiled)


@case
def logits(keras):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return _trained(_cnn(keras, None), compiled={"loss": loss, "metrics": ["acc"]})


@case
def binary(keras):
    compiled = {"loss": "binary_crossentropy", "metrics": ["accuracy", "AUC", "binary_accuracy"]}
    return _trained(_dense(keras, "sigmoid"), y=(Y > 1).astype(np.float32), compiled=compiled)


@case
def regression_without_the_last_axis(keras):
    compiled = {"loss": "mse", "metrics": ["mae", "mse", "RootMeanSquaredError", "R2Score"]}
    return _trained(_dense(keras), y=NUMBER[:, 0], compiled=compiled)


@case
def functions(keras):
    def distance(y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)

    return _trained(_dense(keras), y=NUMBER, compiled={"loss": distance, "metrics": [distance, "mse"]})


@case
def regularized(keras):
    return _trained(_cnn(keras, kernel_regularizer=keras.regularizers.L2(0.05)), validation_data=HELD_OUT)


@case
def class_weight(keras):
    compiled = {"weighted_metrics": ["accuracy", SPARSE]}
    return _trained(_cnn(keras), compiled=compiled, class_weight={0: 2.0, 1: 0.5, 3: 3.0})


@case
def class_weight_of_one_hot(keras):
    compiled = {"loss": "categorical_crossentropy", "weighted_metrics": ["accuracy"]}
    weights = {0: 2.0, 1: 0.5, 2: 1.0, 3: 3.0}
    return _trained(_cnn(keras), y=ONE_HOT, compiled=compiled, class_weight=weights)


@case
def sample_weight(keras):
    compiled = {"weighted_metrics": ["accuracy"]}
    return _trained(_cnn(keras), compiled=compiled, sample_weight=WEIGHT, validation_split=0.2)


@case
def validation_with_weights(keras):
    data = (*HELD_OUT, np.linspace(0, 1, 23))
    return _trained(_cnn(keras), compiled={"weighted_metrics": ["accuracy"]}, validation_data=data)


# -- several outputs -------------------------------------------------------------------------------


@case
def two_outputs_by_lists(keras):
    compiled = {"loss": [SPARSE, "mse"], "metrics": [["accuracy"], ["mae"]], "loss_weights": [1.0, 0.1]}
    weights = [WEIGHT, WEIGHT[::-1].copy()]
    return _trained(_two(keras), y=[Y, NUMBER], compiled=compiled, sample_weight=weights)


@case
def two_outputs_by_names(keras):
    compiled = {
        "loss": {"kind": SPARSE, "size": "mse"},
        "loss_weights": {"kind": 0.3, "size": 2.0},
        "metrics": {"kind": ["accuracy", SPARSE], "size": ["mae", "mse"]},
        "weighted_metrics": {"size": ["mae"]},
    }
    return _trained(_two(keras), y={"kind": Y, "size": NUMBER}, compiled=compiled, validation_split=0.2)


# -- steps and epochs ------------------------------------------------------------------------------


@case
def split(keras):
    return _trained(_cnn(keras), validation_split=0.33)


@case
def validation_steps(keras):
    data = {"validation_data": HELD_OUT, "validation_batch_size": 5, "validation_steps": 2}
    return _trained(_cnn(keras), **data)


@case
def steps_per_epoch(keras):
    return _trained(_cnn(keras), steps_per_epoch=2, epochs=2)


@case
def initial_epoch(keras):
    return _trained(_cnn(keras), initial_epoch=1)


@case
def validation_freq(keras):
    return _trained(_cnn(keras), validation_data=HELD_OUT, validation_freq=2, epochs=4)


@case
def validation_in_some_epochs(keras):
    return _trained(_cnn(keras), validation_data=HELD_OUT, validation_freq=[1, 3], epochs=4)


# -- other data ------------------------------------------------------------------------------------


def _batches():
    while True:
        for start in range(0, ROWS, 16):
            rows = slice(start, start + 16)
            yield X[rows], Y[rows], WEIGHT[rows]


@case
def endless_generator(keras):
    compiled = {"weighted_metrics": ["accuracy"]}
    return _trained(_cnn(keras), _batches(), None, compiled, steps_per_epoch=4)


def _py_dataset(keras, size, **kwargs):
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return -(-ROWS // size)

        def __getitem__(self, index):
            rows = slice(index * size, (index + 1) * size)
            return X[rows], Y[rows]

    return Batches(**kwargs)


@case
def py_dataset(keras):
    data, held_out = _py_dataset(keras, 16), _py_dataset(keras, 9)
    return _trained(_cnn(keras), data, None, validation_data=held_out, class_weight={0: 3.0})


# -- callbacks -------------------------------------------------------------------------------------


@case
def reduce_lr_on_plateau(keras):
    callback = keras.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=0.5, factor=0.5)
    return _trained(_cnn(keras), epochs=6, callbacks=[callback])


@case
def learning_rate_scheduler(keras):
    callback = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else rate)
    return _trained(_cnn(keras), epochs=4, callbacks=[callback])


@case
def early_stopping(keras):
    callback = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    model = _cnn(keras)
    compiled = {"optimizer": keras.optimizers.Adam(0.05)}
    held_out = X[:23], (Y[:23] + 1) % 4  # labels that get worse and worse
    found = _trained(model, compiled=compiled, epochs=12, validation_data=held_out, callbacks=[callback])
    return {**found, "after": model.evaluate(X, Y, verbose=0)}


# -- step by step ----------------------------------------------------------------------------------


@case
def evaluated(keras):
    model = _two(keras)
    model.compile("adam", loss=[SPARSE, "mse"], metrics=[["accuracy"], ["mae"]])
    y = [Y, NUMBER]
    return {
        "evaluate": model.evaluate(X, y, verbose=0),
        "steps": model.evaluate(X, y, verbose=0, batch_size=9, steps=2),
        "predict": np.concatenate(model.predict(X, verbose=0), axis=-1).tolist(),
    }


@case
def batch_by_batch(keras):
    model = _cnn(keras)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    return {
        "first": model.train_on_batch(X[:10], Y[:10]),
        "second": model.train_on_batch(X[10:20], Y[10:20], sample_weight=WEIGHT[:10]),
        "third": model.train_on_batch(X[10:20], Y[10:20], class_weight={1: 3.0}, return_dict=True),
        "tested": model.test_on_batch(X[:7], Y[:7]),
        "predicted": model.predict_on_batch(X[:3]).tolist(),
    }


# -- steps of one's own ----------------------------------------------------------------------------


@case
def add_loss(keras):
    class Penalized(keras.Model):
        def __init__(self):
            super().__init__()
            self.flatten = keras.layers.Flatten()
            self.out = keras.layers.Dense(4, activation="softmax")

        def call(self, x):
            x = self.flatten(x)
            self.add_loss(1e-3 * keras.ops.sum(keras.ops.square(x)))
            return self.out(x)

    model = Penalized()
    model(X[:2])
    return _trained(_with_weights(model), validation_data=HELD_OUT)


@case
def compute_loss(keras):
    class Own(keras.Sequential):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            wrong = keras.ops.one_hot(keras.ops.cast(y, "int32"), 4) - y_pred
            return keras.ops.mean(keras.ops.square(wrong))

    parts = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(4, activation="softmax")]
    return _trained(_with_weights(Own(parts)), compiled={"loss": None}, validation_data=HELD_OUT)
