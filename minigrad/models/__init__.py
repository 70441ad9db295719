"""Models, under the names of ``keras.models``."""

from minigrad.models.cloning import clone_model
from minigrad.models.model import Model, model_from_json
from minigrad.models.sequential import Sequential
from minigrad.saving import load_model, save_model
from minigrad.serialization import FAMILIES, Family

FAMILY = Family("model", "keras", classes=[Model, Sequential], aliases={"Functional": Model})
FAMILIES["keras.src.models.functional"] = FAMILIES["keras.src.models.sequential"] = FAMILY
FAMILIES["keras.models"] = FAMILY

__all__ = ["Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]
