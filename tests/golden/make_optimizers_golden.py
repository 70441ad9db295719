"""Record what Keras's optimizers do, step by step, in optimizers.npz.

    KERAS_BACKEND=torch python tests/golden/make_optimizers_golden.py

It needs Keras 3 and a back end of it. The computation is in float64, so that the comparison can be strict;
only where Keras clips by a norm, its maximum(norm, limit) is float32 all the same.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np

OUTPUT = Path(__file__).with_name("optimizers.npz")
STEPS = 6
SHAPES = {"dense/kernel": (3, 2), "dense/bias": (2,)}

SGD_OPTIONS = [
    {},
    {"learning_rate": 0.5},
    {"momentum": 0.9},
    {"momentum": 0.5, "nesterov": True},
    {"nesterov": True},
]
ADAM_OPTIONS = [
    {},
    {"learning_rate": 0.125},
    {"learning_rate": 0.125, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.25},
    {"learning_rate": 0.125, "amsgrad": True},
]
RMSPROP_OPTIONS = [
    {},
    {"learning_rate": 0.125, "rho": 0.5, "epsilon": 0.25},
    {"learning_rate": 0.125, "momentum": 0.75},
    {"learning_rate": 0.125, "centered": True},
    {"learning_rate": 0.125, "momentum": 0.5, "centered": True, "weight_decay": 0.25},
]
LIKE_ADAM = [
    {},
    {"learning_rate": 0.125},
    {"learning_rate": 0.125, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.25},
    {"learning_rate": 0.125, "weight_decay": 0.25, "gradient_accumulation_steps": 2},
]
OTHERS = {
    "AdamW": [
        {},
        {"learning_rate": 0.125, "weight_decay": 0.25},
        {"learning_rate": 0.125, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.25, "amsgrad": True},
        {"learning_rate": 0.125, "weight_decay": 0.0},
    ],
    "Adagrad": [
        {},
        {"learning_rate": 0.125, "initial_accumulator_value": 0.5, "epsilon": 0.25},
        {"learning_rate": 0.125, "initial_accumulator_value": 0.0, "clipvalue": 0.5, "weight_decay": 0.25},
    ],
    "Adadelta": [
        {},
        {"learning_rate": 1.0, "rho": 0.5, "epsilon": 0.25},
        {"learning_rate": 1.0, "weight_decay": 0.25, "use_ema": True, "ema_momentum": 0.5},
    ],
    "Adamax": LIKE_ADAM,
    "Nadam": LIKE_ADAM,
    "Ftrl": [
        {},
        {"learning_rate": 0.125, "learning_rate_power": -0.75, "initial_accumulator_value": 0.5},
        {"learning_rate": 0.125, "learning_rate_power": 0.0, "initial_accumulator_value": 0.0},
        {"learning_rate": 0.125, "l1_regularization_strength": 0.5},
        {"learning_rate": 0.125, "l2_regularization_strength": 0.5, "beta": 0.25},
        {"learning_rate": 0.125, "l2_shrinkage_regularization_strength": 0.25, "weight_decay": 0.25},
    ],
    "Lion": [
        {},
        {"learning_rate": 0.125, "beta_1": 0.5, "beta_2": 0.75},
        {"learning_rate": 0.125, "beta_1": 1.0, "weight_decay": 0.25},
    ],
}
SHARED_OPTIONS = [
    {"weight_decay": 0.25},
    {"clipnorm": 0.5},
    {"clipvalue": 0.25},
    {"global_clipnorm": 0.75},
    {"global_clipnorm": 100.0},
    {"use_ema": True, "ema_momentum": 0.75},
    {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2},
    {"loss_scale_factor": 8.0},
    {"loss_scale_factor": 8.0, "clipnorm": 0.5},
    {"gradient_accumulation_steps": 2},
    {
        "gradient_accumulation_steps": 3,
        "global_clipnorm": 0.25,
        "weight_decay": 0.5,
        "loss_scale_factor": 2.0,
    },
    {"gradient_accumulation_steps": 2, "use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2},
]
CURVE = np.concatenate([np.arange(45), [100, 1000, 12345]])
SCHEDULES = [
    ["ExponentialDecay", {"initial_learning_rate": 0.5, "decay_steps": 7, "decay_rate": 0.75}],
    [
        "ExponentialDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 7, "decay_rate": 0.75, "staircase": True},
    ],
    ["InverseTimeDecay", {"initial_learning_rate": 0.5, "decay_steps": 7, "decay_rate": 0.75}],
    [
        "InverseTimeDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 7.5, "decay_rate": 0.75, "staircase": True},
    ],
    ["PolynomialDecay", {"initial_learning_rate": 0.5, "decay_steps": 20}],
    [
        "PolynomialDecay",
        {"initial_learning_rate": 0.5, "decay_steps": 20, "end_learning_rate": 0.125, "power": 0.5},
    ],
    ["PolynomialDecay", {"initial_learning_rate": 0.5, "decay_steps": 8, "power": 2.0, "cycle": True}],
    ["PiecewiseConstantDecay", {"boundaries": [10, 20], "values": [0.5, 0.25, 0.125]}],
    ["PiecewiseConstantDecay", {"boundaries": [7.5], "values": [0.125, 1.0]}],
    ["CosineDecay", {"initial_learning_rate": 0.5, "decay_steps": 20}],
    ["CosineDecay", {"initial_learning_rate": 0.5, "decay_steps": 20, "alpha": 0.25}],
    [
        "CosineDecay",
        {
            "initial_learning_rate": 0.125,
            "decay_steps": 20,
            "alpha": 0.25,
            "warmup_target": 0.5,
            "warmup_steps": 10,
        },
    ],
    ["CosineDecay", {"initial_learning_rate": 0.125, "decay_steps": 20, "warmup_target": 0.5}],
    ["CosineDecayRestarts", {"initial_learning_rate": 0.5, "first_decay_steps": 6}],
    [
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.5, "first_decay_steps": 6, "t_mul": 1.0, "m_mul": 0.75},
    ],
    [
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.5, "first_decay_steps": 7, "t_mul": 1.25, "m_mul": 0.75, "alpha": 0.25},
    ],
]
SCHEDULE = {"initial_learning_rate": 0.5, "decay_steps": 2, "decay_rate": 0.25}


def cases() -> list[dict]:
    """Return every case: the optimizer's class, its options, and what else is done."""
    found = [{"optimizer": "SGD", "options": options} for options in SGD_OPTIONS]
    found += [{"optimizer": "Adam", "options": options} for options in ADAM_OPTIONS]
    found += [{"optimizer": "RMSprop", "options": options} for options in RMSPROP_OPTIONS]
    for options in SHARED_OPTIONS:
        found.append({"optimizer": "SGD", "options": {"learning_rate": 0.5, "momentum": 0.5, **options}})
        found.append({"optimizer": "Adam", "options": {"learning_rate": 0.125, **options}})
    for name in ("SGD", "Adam"):
        found.append({"optimizer": name, "options": {}, "schedule": SCHEDULE})
        found.append({"optimizer": name, "options": {}, "schedule": {**SCHEDULE, "staircase": True}})
        with_steps = {"gradient_accumulation_steps": 2}
        found.append({"optimizer": name, "options": with_steps, "schedule": SCHEDULE})
        options = {"learning_rate": 0.125, "weight_decay": 0.5}
        found.append({"optimizer": name, "options": options, "no_decay": ["bias"]})
        found.append({"optimizer": name, "options": {"learning_rate": 0.5}, "non_negative": True})
        found.append({"optimizer": name, "options": {"learning_rate": 0.5}, "none_at": [1, 4]})
    for name, listed in OTHERS.items():
        found += [{"optimizer": name, "options": options} for options in listed]
        found.append({"optimizer": name, "options": {}, "schedule": SCHEDULE, "none_at": [2]})
    return found


def run(case: dict, weights: dict, gradients: dict) -> dict:
    """Return the weights after each step, and the optimizer's state at the end."""
    options = dict(case["options"])
    if "schedule" in case:
        options["learning_rate"] = keras.optimizers.schedules.ExponentialDecay(**case["schedule"])
    optimizer = getattr(keras.optimizers, case["optimizer"])(**options)
    constraint = keras.ops.relu if case.get("non_negative") else None  # NonNeg would give float32
    variables = []
    for path, value in weights.items():
        layer, name = path.split("/")
        with keras.name_scope(layer):
            variables.append(keras.Variable(value, name=name))
        variables[-1].constraint = constraint
    if "no_decay" in case:
        optimizer.exclude_from_weight_decay(var_names=case["no_decay"])
    after = []
    for step in range(STEPS):
        values = [keras.ops.convert_to_tensor(gradients[path][step]) for path in weights]
        if step in case.get("none_at", ()):
            values[1] = None
        optimizer.apply_gradients(zip(values, variables, strict=True))
        after.append(np.concatenate([np.ravel(keras.ops.convert_to_numpy(v)) for v in variables]))
    state = optimizer.variables
    product = getattr(optimizer, "_u_product", None)  # Nadam's, which Keras gives no name of its own
    names = ["u_product" if variable is product else variable.name for variable in state]
    return {
        "weights": np.stack(after),
        "state": np.concatenate([np.ravel(keras.ops.convert_to_numpy(v)) for v in state]),
        "names": names,
    }


def main() -> None:
    keras.config.set_floatx("float64")
    rng = np.random.default_rng(0)
    weights = {path: np.round(rng.normal(size=shape), 3) for path, shape in SHAPES.items()}
    gradients = {path: np.round(rng.normal(size=(STEPS, *shape)), 3) for path, shape in SHAPES.items()}
    gradients["dense/kernel"][:, 0, 0] = 0.0
    recorded = {f"weights {path}": value for path, value in weights.items()}
    recorded |= {f"gradients {path}": value for path, value in gradients.items()}
    listed = cases()
    for index, case in enumerate(listed):
        result = run(case, weights, gradients)
        case["names"] = result["names"]
        recorded[f"after {index}"] = result["weights"]
        recorded[f"state {index}"] = result["state"]
    for index, (name, options) in enumerate(SCHEDULES):
        schedule = getattr(keras.optimizers.schedules, name)(**options)
        rates = [keras.ops.convert_to_numpy(schedule(int(step))) for step in CURVE]
        recorded[f"schedule {index}"] = np.array(rates, np.float64)
    about = {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "cases": listed,
        "schedules": SCHEDULES,
    }
    recorded["schedule steps"] = CURVE
    np.savez_compressed(OUTPUT, about=np.array(json.dumps(about)), **recorded)
    print(f"{OUTPUT}: {len(listed)} cases, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
