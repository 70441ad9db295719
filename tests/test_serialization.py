"""Names and configs to objects: families, registered objects, scopes, arrays."""

import functools
import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import activations, initializers, regularizers, serialization
from minigrad.errors import UnknownNameError
from minigrad.serialization import Family, custom_object_scope, register_keras_serializable


class Scaled(initializers.Initializer):
    def __init__(self, factor=1.0):
        self.factor = factor

    def __call__(self, shape, dtype=None):
        return initializers.Constant(self.factor)(shape, dtype)

    def get_config(self):
        return {"factor": self.factor}


def doubled(x):
    return x * 2.0


class Plain:
    """A class without from_config and get_config."""

    def __init__(self, size=1):
        self.size = size


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(serialization, "_registered", {})
    monkeypatch.setattr(serialization, "FAMILIES", dict(serialization.FAMILIES))


def test_snake_case_is_keras_s():
    names = ["L1L2", "MaxPooling2D", "Conv2DTranspose", "PReLU", "AUC", "RMSprop", "GlobalAveragePooling2D"]
    expected = "l1l2 max_pooling2d conv2d_transpose p_re_lu auc rm_sprop global_average_pooling2d"
    assert [serialization.to_snake_case(name) for name in names] == expected.split()


# -- objects of one's own ------------------------------------------------------------------------


def test_an_unregistered_class_needs_custom_objects():
    config = json.loads(json.dumps(initializers.serialize(Scaled(3.0))))
    assert config == {
        "module": None,
        "class_name": "Scaled",
        "config": {"factor": 3.0},
        "registered_name": "Scaled",
    }
    with pytest.raises(
        UnknownNameError, match=r"the initializer 'Scaled' is not one of minigrad's own: decorate it"
    ):
        initializers.deserialize(config)
    assert initializers.deserialize(config, {"Scaled": Scaled}).factor == 3.0
    with custom_object_scope({"Scaled": Scaled}):
        assert initializers.get(config).factor == 3.0
        assert initializers.get("Scaled").factor == 1.0
    with pytest.raises(UnknownNameError):
        initializers.get(config)


def test_a_registered_class_is_found_by_its_config_and_name():
    assert register_keras_serializable("mine")(Scaled) is Scaled
    config = initializers.serialize(Scaled(2.0))
    assert config["registered_name"] == "mine>Scaled"
    assert initializers.deserialize(json.loads(json.dumps(config))).factor == 2.0
    assert type(initializers.get("mine>Scaled")) is Scaled
    assert serialization.get_registered_name(Scaled) == "mine>Scaled"
    assert serialization.get_registered_object("mine>Scaled") is Scaled
    assert serialization.get_registered_object("other") is None


def test_functions():
    with pytest.raises(UnknownNameError, match="unknown activation 'doubled'"):
        activations.get("doubled")
    assert activations.serialize(doubled)["config"] == "doubled"  # in Keras's form of what is not its own
    assert activations.deserialize("doubled", {"doubled": doubled}) is doubled
    register_keras_serializable()(doubled)
    assert activations.serialize(doubled)["config"] == "Custom>doubled"
    assert activations.get("Custom>doubled") is doubled


def test_keras_s_form_of_functions():
    form = {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}
    assert activations.deserialize(form) is activations.relu
    form["config"] = "doubled"
    assert activations.deserialize(form, {"doubled": doubled}) is doubled


def test_registering_twice():
    register_keras_serializable(name="thing")(Scaled)
    register_keras_serializable(name="thing")(Scaled)  # a notebook's cell, run again
    with pytest.raises(ValueError, match="'Custom>thing' is registered already"):
        register_keras_serializable(name="thing")(doubled)
    with pytest.raises(ValueError, match=r"Plain has no get_config\(\) method"):
        register_keras_serializable()(Plain)


def test_scopes_nest():
    with custom_object_scope({"a": doubled}):
        with custom_object_scope({"b": np.tanh}):
            assert activations.get("a") is doubled
            assert activations.get("b") is np.tanh
        with pytest.raises(UnknownNameError):
            activations.get("b")


def test_a_class_with_a_known_name_is_not_mistaken_for_it():
    class Zeros(initializers.Initializer):
        pass

    config = initializers.serialize(Zeros())
    assert config["registered_name"] == "Zeros"
    with pytest.raises(UnknownNameError, match="the initializer 'Zeros' is not one of minigrad's own"):
        initializers.deserialize(config)
    assert type(initializers.deserialize(config, {"Zeros": Zeros})) is Zeros


@pytest.mark.parametrize("thing", [lambda x: x, functools.partial(doubled), Plain()])
def test_what_no_config_can_name(thing):
    with pytest.raises(ValueError, match="can't be serialized as activation: a config can name a function"):
        activations.serialize(thing)


# -- families ------------------------------------------------------------------------------------


def test_a_member_of_another_family_keeps_its_home():
    family = Family("thing", "test.things", [Scaled])
    config = activations.serialize(Scaled(2.0))
    assert config["module"] == "test.things"
    assert activations.deserialize(config).factor == 2.0
    assert family.get("scaled").factor == 1.0


def test_plain_classes_and_aliases():
    family = Family("thing", "test.things", [Plain], [doubled], {"other": Plain, "double": doubled})
    assert family.get("plain").size == family.get("other").size == family.get(Plain).size == 1
    assert family.get("double") is doubled
    assert family.deserialize({"class_name": "Plain", "config": {"size": 3}}).size == 3
    assert family.deserialize({"class_name": "Plain"}).size == 1
    assert family.deserialize(None) is None
    assert family.get(None) is None


@pytest.mark.parametrize(
    "config", [{}, {"class_name": 3}, {"config": {}}, {"class_name": None}, 3, ["Zeros"]]
)
def test_what_is_no_config(config):
    with pytest.raises(ValueError, match="this is no config of initializer"):
        initializers.deserialize(config)


def test_an_error_in_a_config_names_it():
    with pytest.raises(ValueError, match="stddev must be") as error:
        initializers.deserialize({"class_name": "RandomNormal", "config": {"stddev": -1}})
    assert error.value.__notes__ == ["  in the config of RandomNormal: {'stddev': -1}"]
    with pytest.raises(TypeError, match="sigma") as error:
        initializers.get({"class_name": "RandomNormal", "config": {"sigma": 1}})
    assert "RandomNormal" in error.value.__notes__[0]


def test_serialize_leaves_names_and_configs_alone():
    for value in (None, "zeros", {"class_name": "Zeros", "config": {}}):
        assert initializers.serialize(value) == value
    assert regularizers.serialize(regularizers.L2) == "L2"


# -- arrays --------------------------------------------------------------------------------------


@pytest.mark.parametrize("array", [np.arange(6).reshape(2, 3), np.array(1.5), np.zeros((0, 2), "float16")])
def test_arrays_go_through_json(array):
    config = json.loads(json.dumps(serialization.array_to_config(array)))
    again = serialization.array_from_config(config)
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again.reshape(array.shape), array)
    assert serialization.array_to_config(mg.Tensor([1.0]))["config"] == {"value": [1.0], "dtype": "float32"}


@pytest.mark.parametrize(
    "config", [{}, 3, {"class_name": "Zeros", "config": {}}, {"class_name": "__numpy__"}]
)
def test_what_is_no_array(config):
    with pytest.raises(ValueError, match="this is no config of an array"):
        serialization.array_from_config(config)
