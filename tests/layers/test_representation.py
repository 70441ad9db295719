"""What a notebook shows of a layer and of a model."""

import numpy as np

import minigrad as mg


def test_a_layer_before_and_after_it_is_built():
    layer = mg.layers.Conv2D(4, 3, name="conv")
    assert "conv (Conv2D)" in layer._repr_html_()
    assert "not built yet" in layer._repr_html_()
    layer(np.zeros((2, 8, 8, 1), np.float32))
    page = layer._repr_html_()
    for text in ("conv/kernel", "(3, 3, 1, 4)", "conv/bias", "40 parameters", "(None, 8, 8, 1) -&gt;"):
        assert text in page


def test_frozen_weights_and_none_at_all():
    layer = mg.layers.BatchNormalization()
    layer.build((None, 3))
    assert layer._repr_html_().count(">no<") == 2
    flat = mg.layers.Flatten()
    flat.build((None, 3))
    assert "no weights" in flat._repr_html_()


def test_a_model_shows_its_summary():
    image = mg.Input((4,), name="image")
    hidden = mg.layers.Dense(3, name="hidden")(image)
    model = mg.Model(image, mg.layers.Concatenate(name="both")([image, hidden]), name="net")
    page = model._repr_html_()
    for text in ("Model: &quot;net&quot; (Model)", "hidden (Dense)", "hidden[0][0]", "Total params: 15"):
        assert text in page
    unbuilt = mg.Sequential([mg.layers.Dense(3, name="later")])
    assert "0 (unbuilt)" in unbuilt._repr_html_()
