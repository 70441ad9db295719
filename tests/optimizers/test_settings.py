"""Arguments, the learning rate, configs and names."""

import inspect
import json

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import UnknownArgumentError, UnknownNameError
from minigrad.optimizers import SGD, Adam, AdamW, schedules


def variable():
    return mg.Variable(np.array([1.0, 2.0], np.float32), name="w")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"clipnorm": 0.0}, r"SGD: clipnorm must be a number > 0\.0; got 0\.0"),
        ({"clipvalue": -1.0}, r"clipvalue must be a number > 0\.0; got -1\.0"),
        ({"global_clipnorm": "1"}, r"global_clipnorm must be a number > 0\.0; got '1'"),
        ({"clipnorm": 1.0, "clipvalue": 2.0}, r"only one of .* got clipnorm=1\.0, clipvalue=2\.0"),
        ({"weight_decay": -0.1}, r"weight_decay must be a number >= 0\.0; got -0\.1"),
        ({"ema_momentum": 1.5}, r"ema_momentum must be a number between 0\.0 and 1\.0; got 1\.5"),
        ({"ema_overwrite_frequency": 0}, r"ema_overwrite_frequency must be an integer >= 1 or None; got 0"),
        ({"gradient_accumulation_steps": 1}, r"gradient_accumulation_steps must be an integer >= 2 or None"),
        ({"gradient_accumulation_steps": 2.5}, r"gradient_accumulation_steps must be an integer >= 2"),
        ({"loss_scale_factor": 0}, r"loss_scale_factor must be a number > 0\.0; got 0"),
        ({"momentum": 1.5}, r"SGD: momentum must be a number between 0\.0 and 1\.0; got 1\.5"),
        ({"momentum": True}, r"momentum must be a number"),
        (
            {"learning_rate": "fast"},
            r"SGD: learning_rate must be a number, .* got 'fast'",
        ),
        ({"learning_rate": None}, r"learning_rate must be a number"),
        ({"learning_rate": np.ones(2)}, r"learning_rate must be a number"),
        ({"learning_rate": schedules.ExponentialDecay}, r"learning_rate must be a number"),
    ],
)
def test_values_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        SGD(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beta_1": 1.0}, r"Adam: beta_1 must be a number >= 0\.0 and < 1\.0; got 1\.0"),
        ({"beta_2": -0.1}, r"beta_2 must be a number >= 0\.0 and < 1\.0"),
        ({"epsilon": -1e-7}, r"epsilon must be a number >= 0\.0; got -1e-07"),
    ],
)
def test_values_out_of_range_for_adam(options, message):
    with pytest.raises(ValueError, match=message):
        Adam(**options)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("AdamW", {"weight_decay": None}, r"AdamW: weight_decay must be a number >= 0\.0; got None"),
        ("AdamW", {"beta_1": 1.0}, r"AdamW: beta_1 must be a number >= 0\.0 and < 1\.0"),
        ("Adagrad", {"initial_accumulator_value": -1}, r"initial_accumulator_value must be a number >= 0\.0"),
        ("Adagrad", {"epsilon": "small"}, r"Adagrad: epsilon must be a number >= 0\.0; got 'small'"),
        ("Adadelta", {"rho": 1.0}, r"Adadelta: rho must be a number >= 0\.0 and < 1\.0; got 1\.0"),
        ("Adamax", {"beta_2": 1.5}, r"Adamax: beta_2 must be a number >= 0\.0 and < 1\.0; got 1\.5"),
        ("Nadam", {"beta_1": -0.5}, r"Nadam: beta_1 must be a number >= 0\.0 and < 1\.0; got -0\.5"),
        (
            "Ftrl",
            {"learning_rate_power": 0.5},
            r"Ftrl: learning_rate_power must be a number <= 0\.0; got 0\.5",
        ),
        ("Ftrl", {"l1_regularization_strength": -1}, r"l1_regularization_strength must be a number >= 0\.0"),
        ("Ftrl", {"beta": None}, r"Ftrl: beta must be a number >= 0\.0; got None"),
        ("Lion", {"beta_1": 0.0}, r"Lion: beta_1 must be a number > 0\.0 and <= 1\.0; got 0\.0"),
        ("Lion", {"beta_2": 1.0}, r"Lion: beta_2 must be a number >= 0\.0 and < 1\.0; got 1\.0"),
    ],
)
def test_values_out_of_range_for_the_others(name, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(mg.optimizers, name)(**options)


def test_arguments_are_those_of_keras_and_in_their_order():
    assert (
        AdamW(0.5, 0.25, 0.5, 0.75, 0.125, True).get_config().items()
        >= {
            "learning_rate": 0.5,
            "weight_decay": 0.25,
            "beta_1": 0.5,
            "beta_2": 0.75,
            "epsilon": 0.125,
            "amsgrad": True,
        }.items()
    )
    assert float(AdamW().weight_decay) == 0.004
    assert mg.optimizers.Lion().beta_2 == 0.99
    assert mg.optimizers.Adadelta().rho == 0.95
    assert mg.optimizers.Adagrad().initial_accumulator_value == 0.1


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("lr", "it is called learning_rate"),
        ("decay", "ExponentialDecay"),
        ("clip_norm", "did you mean 'clipnorm'"),
        ("beta1", "did you mean 'beta_1'"),
        ("wings", r"unknown argument 'wings'$"),
    ],
)
def test_unknown_arguments(name, hint):
    with pytest.raises(UnknownArgumentError, match=hint):
        Adam(**{name: 0.5})


# -- learning rate -----------------------------------------------------------------------------------


def test_the_learning_rate_is_a_variable():
    optimizer = Adam()
    assert float(optimizer.learning_rate) == np.float32(0.001)
    optimizer.learning_rate = 0.5
    assert float(optimizer.learning_rate) == 0.5
    optimizer.learning_rate.assign(0.25)
    assert float(optimizer.learning_rate) == 0.25
    assert optimizer.variables[1] is optimizer.learning_rate


@pytest.mark.parametrize("value", [1, 0.5, np.float64(0.5), np.int64(2), np.array(0.5), mg.Tensor(0.5)])
def test_any_number_is_a_learning_rate(value):
    w = variable()
    SGD(value).apply([np.ones(2)], [w])
    assert w.tolist() == [1.0 - float(value), 2.0 - float(value)]


def test_a_schedule_is_asked_with_the_number_of_steps_before():
    asked = []

    class Halving(schedules.LearningRateSchedule):
        def __call__(self, step):
            asked.append(int(step))
            return 0.5 ** (int(step) + 1)

    w = variable()
    optimizer = SGD(Halving())
    for _ in range(3):
        optimizer.apply([np.ones(2)], [w])
    assert asked == [0, 1, 2]
    assert w.tolist() == [0.125, 1.125]
    assert float(optimizer.learning_rate) == 0.0625
    assert [one.name for one in optimizer.variables] == ["iteration"]


def test_a_callable_is_asked_at_every_step():
    rates = iter([0.5, 0.25])
    w = variable()
    optimizer = SGD(lambda: next(rates))
    optimizer.apply([np.ones(2)], [w])
    optimizer.apply([np.ones(2)], [w])
    assert w.tolist() == [0.25, 1.25]


def test_a_schedule_cant_be_replaced_by_a_number():
    optimizer = SGD(schedules.ExponentialDecay(0.5, 10, 0.5), name="mine")
    with pytest.raises(TypeError, match="mine: it was created with a LearningRateSchedule"):
        optimizer.learning_rate = 0.5
    optimizer.learning_rate = schedules.ExponentialDecay(0.25, 10, 0.5)
    assert float(optimizer.learning_rate) == 0.25


def test_a_number_can_be_replaced_by_a_schedule():
    optimizer = SGD(0.5)
    optimizer.learning_rate = schedules.ExponentialDecay(0.25, 10, 0.5)
    assert float(optimizer.learning_rate) == 0.25
    assert [one.name for one in optimizer.variables] == ["iteration"]


def test_a_wrong_learning_rate_cant_be_assigned():
    optimizer = SGD(0.5)
    with pytest.raises(ValueError, match="learning_rate must be a number"):
        optimizer.learning_rate = "fast"
    assert float(optimizer.learning_rate) == 0.5


def test_scale_loss():
    loss = mg.Tensor(3.0)
    assert SGD().scale_loss(loss) is loss
    assert SGD(loss_scale_factor=4.0).scale_loss(loss).item() == 12.0


# -- names and configs -------------------------------------------------------------------------------


def test_names_are_counted():
    first, second = Adam().name, Adam().name
    assert first.startswith("adam")
    assert second.startswith("adam_")
    assert first != second
    assert Adam(name="mine").name == "mine"


EVERY = ["Adadelta", "Adagrad", "AdamW", "Adamax", "Ftrl", "Lion", "Nadam", "RMSprop"]


@pytest.mark.parametrize(
    "name", ["sgd", "SGD", "Sgd", "adam", "Adam", "ADAM", *EVERY, *map(str.lower, EVERY)]
)
def test_get_by_name_in_any_letter_case(name):
    assert type(mg.optimizers.get(name)).__name__.lower() == name.lower()


def test_get_of_other_things():
    optimizer = SGD()
    assert mg.optimizers.get(None) is None
    assert mg.optimizers.get(optimizer) is optimizer
    assert isinstance(mg.optimizers.get(SGD), SGD)
    config = {"class_name": "Adam", "config": {"learning_rate": 0.5}}
    assert float(mg.optimizers.get(config).learning_rate) == 0.5
    with pytest.raises(UnknownNameError, match="unknown optimizer 'adan': did you mean '"):
        mg.optimizers.get("adan")
    with pytest.raises(ValueError, match="an optimizer must be a name"):
        mg.optimizers.get(len)
    with pytest.raises(ValueError, match="an optimizer must be a name"):
        mg.optimizers.get(3)


@pytest.mark.parametrize(
    "config",
    [
        {"module": "keras.optimizers", "class_name": "AdamW", "config": {}, "registered_name": None},
        {
            "module": "keras.src.backend.torch.optimizers.torch_adamw",
            "class_name": "AdamW",
            "config": {},
            "registered_name": "AdamW",
        },
        {"class_name": "ADAMW", "config": {}},
    ],
)
def test_kerass_own_configs_in_all_their_forms(config):
    assert isinstance(mg.optimizers.deserialize(config), AdamW)


def test_an_optimizer_of_ones_own_may_have_a_name_that_is_taken():
    class SGD(mg.optimizers.SGD):
        pass

    config = mg.optimizers.serialize(SGD(0.5))
    with pytest.raises(UnknownNameError, match="'SGD' is not one of minigrad's own"):
        mg.optimizers.deserialize(config)
    again = mg.optimizers.deserialize(config, {"SGD": SGD})
    assert type(again) is SGD
    assert float(again.learning_rate) == 0.5


def test_a_config_of_every_argument_comes_back():
    options = {
        "learning_rate": 0.5,
        "momentum": 0.25,
        "nesterov": True,
        "weight_decay": 0.125,
        "clipvalue": 2.0,
        "use_ema": True,
        "ema_momentum": 0.5,
        "ema_overwrite_frequency": 3,
        "loss_scale_factor": 4.0,
        "gradient_accumulation_steps": 2,
        "name": "mine",
    }
    config = SGD(**options).get_config()
    assert config == {"clipnorm": None, "global_clipnorm": None, **options}
    assert SGD.from_config(json.loads(json.dumps(config))).get_config() == config


def test_a_schedule_comes_back_from_a_config():
    optimizer = SGD(schedules.ExponentialDecay(0.5, 10, 0.25, staircase=True))
    again = SGD.from_config(json.loads(json.dumps(optimizer.get_config())))
    assert again.get_config() == optimizer.get_config()
    assert again.learning_rate.item() == 0.5


def test_a_callable_comes_back_through_custom_objects():
    def slow():
        return 0.125

    config = SGD(slow).get_config()
    assert (config["learning_rate"]["class_name"], config["learning_rate"]["config"]) == ("function", "slow")
    assert SGD.from_config(config, custom_objects={"slow": slow}).learning_rate == 0.125
    with pytest.raises(UnknownNameError, match="'slow'"):
        SGD.from_config(config)


def test_signatures_show_the_shared_arguments():
    shared = ["weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum"]
    shared += ["ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps", "name"]
    adam = inspect.signature(Adam).parameters
    assert list(adam) == ["learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", *shared]
    assert adam["ema_momentum"].default == 0.99
    adamw = inspect.signature(AdamW).parameters
    assert list(adamw)[:2] == ["learning_rate", "weight_decay"]
    assert adamw["weight_decay"].default == 0.004
    assert "weight_decay" not in list(adamw)[2:]

    class Mine(SGD):
        def __init__(self, learning_rate=1.0, **kwargs):
            super().__init__(learning_rate, **kwargs)

    assert list(inspect.signature(Mine).parameters) == ["learning_rate", "kwargs"]
