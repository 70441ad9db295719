"""Writing models to files and reading them, under the names of ``keras.saving``."""

from minigrad.layers.serialization import deserialize_keras_object, serialize_keras_object
from minigrad.saving.models import load_model, save_model
from minigrad.saving.weights import load_weights, save_weights
from minigrad.serialization import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]
