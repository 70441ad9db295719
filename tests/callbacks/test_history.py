"""History: which epochs its values are of, and what a notebook shows."""

import re

import numpy as np

import minigrad as mg


def fit(**options):
    model = mg.Sequential([mg.Input((2,)), mg.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((4, 2), np.float32)
    return model.fit(x, x[:, :1], verbose=0, validation_data=(x, x[:, :1]), **options)


def test_values_know_their_epochs():
    history = fit(epochs=5, validation_freq=2)
    assert history.epochs_of == {"loss": [0, 1, 2, 3, 4], "val_loss": [1, 3]}
    assert history.epochs_from_1("val_loss") == [2, 4]


def test_a_later_start_and_several_runs():
    assert fit(epochs=4, initial_epoch=2).epochs_from_1("loss") == [3, 4]
    history = mg.callbacks.History()
    for _ in range(2):
        history.on_train_begin()
        for epoch in range(2):
            history.on_epoch_end(epoch, {"loss": 1.0})
    assert history.epochs_from_1("loss") == [1, 2, 3, 4]


def test_a_notebook_shows_a_row_for_each_epoch():
    history = fit(epochs=3, validation_freq=2)
    page = history._repr_html_()
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    assert cells[0] == ["epoch", "loss", "val_loss"]
    assert [row[0] for row in cells[1:]] == ["1", "2", "3"]
    assert [row[2] == "" for row in cells[1:]] == [True, False, True]
    assert float(cells[2][1]) == float(f"{history.history['loss'][1]:.4g}")
    assert "History of 3 epochs" in page


def test_a_terminal_shows_the_last_values():
    history = fit(epochs=3, validation_freq=2)
    loss, val_loss = (history.history[name][-1] for name in ("loss", "val_loss"))
    assert repr(history) == f"<History epochs=3, loss={loss:.4g}, val_loss={val_loss:.4g}>"
    assert repr(mg.callbacks.History()) == "<History epochs=0>"
    assert "History of 1 epoch<" in fit(epochs=1)._repr_html_()
