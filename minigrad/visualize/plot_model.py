"""A model as a diagram: as an object that shows itself, as a file, as DOT.

Before:  visualize/model_boxes.py.  Next: utils (where users find them).
Source:  ``keras.utils.plot_model`` and ``keras.utils.model_to_dot``.
"""

from __future__ import annotations

import os
from typing import Any

from minigrad.models.model import Model
from minigrad.shapes import integers
from minigrad.visualize.diagram import Diagram, Settings
from minigrad.visualize.model_boxes import diagram_of


def model_diagram(
    model: Model,
    show_shapes: bool = True,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "curved",
) -> Diagram:
    """Draw a model: each call of a layer or op as a box, arrows along which the tensors go.

    A layer that is called several times has as many boxes. A model whose ``call`` is Python code is one box,
    as nothing is known of what is inside; a `Sequential` is shown without its Input, as in Keras.

    Args:
        model: A built model.
        show_shapes: Whether input and output shapes are shown. Default True.
        show_dtype: Whether the output's dtype is. Default False.
        show_layer_names: Whether names stand beside the classes. Default True.
        rankdir: The direction: "TB" (top to bottom, the default), "BT", "LR" or "RL".
        expand_nested: Whether models inside the model are shown with what is in them. Default False.
        show_layer_activations: Whether the activation of layers that have one is shown. Default False.
        show_trainable: Whether layers with weights say if they are trained. Default False.
        splines: How arrows run: "curved" (the default), "line" or "ortho".

    Returns:
        The diagram: it has ``to_svg()``, ``to_dot()``, ``to_figure()`` and ``save(path)``, and shows itself
        in a notebook. SVG and DOT need no other package.

    Raises:
        NotBuiltError: If the model isn't built.
        TypeError: If it is no model.
        ValueError: If rankdir or splines is unknown.

    Source: ``keras.utils.model_to_dot``.

    Example:
        >>> import minigrad as mg
        >>> layers = [mg.layers.Conv2D(4, 3, name="conv"), mg.layers.Flatten(name="flat")]
        >>> diagram = mg.visualize.model_diagram(mg.Sequential([mg.Input((8, 8, 1)), *layers], name="net"))
        >>> diagram, [card.title for card in diagram.cards]
        (<Diagram of 'net': 2 boxes, 1 arrows>, ['conv (Conv2D)', 'flat (Flatten)'])
    """
    settings = Settings(
        show_shapes,
        show_dtype,
        show_layer_names,
        rankdir,
        expand_nested,
        show_layer_activations,
        show_trainable,
        splines,
    )
    return diagram_of("model_diagram", model, settings)


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] | None = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "curved",
) -> Diagram:
    """Draw a model as a diagram, and write it to a file; Graphviz isn't needed.

    Args:
        model: A built model; one whose ``call`` is Python code is a single box.
        to_file: The file. A name that ends in ``.svg`` or ``.dot`` needs no other package; ``.png`` (so does
            a name without ending), ``.pdf`` and the like are drawn with matplotlib. None writes nothing.
            Default "model.png".
        show_shapes: Whether input and output shapes are shown. Default False.
        show_dtype: Whether the output's dtype is. Default False.
        show_layer_names: Whether names stand beside the classes. Default False.
        rankdir: The direction: "TB" (top to bottom, the default), "BT", "LR" or "RL".
        expand_nested: Whether models inside the model are shown with what is in them. Default False.
        dpi: The resolution of a PNG. Default 200.
        show_layer_activations: Whether the activation of layers that have one is shown. Default False.
        show_trainable: Whether layers with weights say if they are trained. Default False.
        splines: How arrows run: "curved" (the default; in Keras it is "ortho"), "line" or "ortho".

    Returns:
        The diagram, which a notebook shows.

    Raises:
        ImportError: For a PNG and the like, if matplotlib isn't installed.
        NotBuiltError: If the model isn't built.
        ValueError: If an argument is none of that, or nothing writes files of that ending.

    Source: ``keras.utils.plot_model``.

    Example:
        >>> import minigrad as mg, pathlib, tempfile
        >>> model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(2)], name="net")
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.svg"
        >>> mg.utils.plot_model(model, path, show_shapes=True)
        <Diagram of 'net': 1 boxes, 0 arrows>
        >>> "output: (None, 2)" in path.read_text()
        True
    """
    (dpi,) = integers("plot_model", "dpi", dpi, 1)
    settings = Settings(
        show_shapes,
        show_dtype,
        show_layer_names,
        rankdir,
        expand_nested,
        show_layer_activations,
        show_trainable,
        splines,
    )
    diagram = diagram_of("plot_model", model, settings)
    if to_file is not None:
        diagram.save(to_file, dpi)
    return diagram


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> str:
    """Return a model's diagram in Graphviz's language, as text (in Keras: an object of pydot).

    Args:
        model: A built model.
        subgraph: Whether to return it as a cluster, to be put into another graph. Default False.
        show_shapes, show_dtype, show_layer_names, rankdir, expand_nested: As for `plot_model`; but names are
            shown by default.
        dpi, show_layer_activations, show_trainable: As for `plot_model`.
        splines: How Graphviz draws the arrows. Default "ortho".

    Raises:
        NotBuiltError: If the model isn't built.
        ValueError: If an argument is none of that.

    Source: ``keras.utils.model_to_dot``.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(2, name="out")])
        >>> print(mg.utils.model_to_dot(model))
        digraph {
          graph [rankdir=TB, dpi=200, splines=ortho, compound=true]
          node [shape=box, style="rounded,filled", fillcolor="#e8f0fe", color="#4a73b8", fontsize=11]
          n0 [label="out (Dense)"]
        }
    """
    (dpi,) = integers("model_to_dot", "dpi", dpi, 1)
    settings = Settings(
        show_shapes,
        show_dtype,
        show_layer_names,
        rankdir,
        expand_nested,
        show_layer_activations,
        show_trainable,
        splines,
    )
    return diagram_of("model_to_dot", model, settings).to_dot(dpi, subgraph)
