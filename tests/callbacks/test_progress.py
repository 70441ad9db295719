"""The progress as it is seen: in a terminal, in a file, and when training fails."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks.progress import announce, format_time, format_value, is_watched

X = np.ones((10, 2), np.float32)
Y = np.ones((10, 1), np.float32)
NUMBER = r"\d\.\d{4}(e[+-]\d\d)?"


def model():
    net = mg.Sequential([mg.Input((2,)), layers.Dense(1)])
    net.compile("sgd", "mse", metrics=["mae"])
    return net


def test_numbers_as_keras_writes_them():
    assert [format_value(value) for value in (0.5, 1e-3, 0.00101, -2, 0, float("nan"))] == [
        "0.5000",
        "1.0000e-03",
        "0.0010",
        "-2.0000",
        "0.0000e+00",
        "nan",
    ]
    assert format_value(np.array([0.5, 2])) == "[0.5000, 2.0000]"
    assert [format_time(value) for value in (0.0005, 0.25, 59.94, 61, 7261)] == [
        "500us",
        "250ms",
        "59.9s",
        "1:01",
        "2:01:01",
    ]


@pytest.mark.parametrize(
    ("shell", "watched"), [(None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)]
)
def test_a_notebook_watches_and_ipython_alone_does_not(monkeypatch, shell, watched):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert is_watched() is watched


def test_a_line_an_epoch(capsys):
    model().fit(X, Y, batch_size=5, epochs=2, validation_data=(X, Y))  # "auto", and this is no terminal
    time, values = (
        r"[\d.]+(us|ms|s)",
        rf"loss: {NUMBER} - mae: {NUMBER} - val_loss: {NUMBER} - val_mae: {NUMBER}",
    )
    line = rf"2/2 - {time} - {time}/step - {values}\n"
    assert re.fullmatch(rf"Epoch 1/2\n{line}Epoch 2/2\n{line}", capsys.readouterr().out)


def test_the_last_state_of_a_bar_is_all_that_a_file_gets(capsys):
    net = model()
    net.fit(X, Y, batch_size=5, verbose=1)
    net.evaluate(X, Y, batch_size=5, verbose=1)
    net.predict(X, batch_size=5, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("2/2 ━━━━━━━━━━━━━━━━━━━━ ") for line in lines)
    assert re.search(rf"/step - loss: {NUMBER} - mae: {NUMBER}$", lines[1])
    assert lines[2].endswith("/step")


def test_an_unknown_number_of_steps_is_known_in_the_end(capsys):
    model().fit(
        mg.data.Dataset.from_tensor_slices((X, Y)).batch(3).filter(lambda x, y: True), epochs=2, verbose=2
    )
    assert re.findall(r"^\d/\d", capsys.readouterr().out, re.M) == ["4/4", "4/4"]


def test_silence(capsys):
    net = model()
    net.fit(X, Y, verbose=0)
    net.evaluate(X, Y, verbose=0)
    net.predict(X)  # its "auto" is silent in a file
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [1, 2])
@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_a_failure_ends_the_line(capsys, verbose, method):
    def fail(batch, logs):
        if batch == 1:
            raise RuntimeError("stop here")

    event = {"fit": "train", "evaluate": "test", "predict": "predict"}[method]
    fails = mg.callbacks.LambdaCallback(**{f"on_{event}_batch_end": fail})
    arguments = {"callbacks": [fails], "verbose": verbose, "batch_size": 2}
    net = model()
    with pytest.raises(RuntimeError, match="stop here"):
        getattr(net, method)(X, **({} if method == "predict" else {"y": Y}), **arguments)
    out = capsys.readouterr().out
    assert out.startswith("1/5 ")
    assert out.count("\n") == 1
    announce("next")  # no bar is open any more
    assert capsys.readouterr().out == "next\n"


SCRIPT = textwrap.dedent(
    """
    import time
    import numpy as np
    import minigrad as mg

    x, y = np.ones((90, 2), np.float32), np.ones((90, 1), np.float32)
    model = mg.Sequential([mg.Input((2,)), mg.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    slow = mg.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: time.sleep(0.02))
    say = mg.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=9, verbose=1)
    model.fit(x, y, batch_size=5, epochs=2, callbacks=[slow, say], validation_data=(x, y))
    """
)


def screen(raw, width):
    """Return the lines that a terminal shows: a return goes to the line's beginning, and writes over it."""
    lines, row, column = [[]], 0, 0
    for sign in re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", raw):
        if sign == "\n":
            row, column = row + 1, 0
            lines.append([])
        elif sign == "\r":
            column = 0
        else:
            if column == width:
                row, column = row + 1, 0
                lines.append([])
            lines[row][column : column + 1] = [sign]
            column += 1
    return ["".join(line).rstrip() for line in lines]


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo terminal")
@pytest.mark.parametrize("width", [80, 120])
def test_in_a_terminal(width):
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = os.environ | {"COLUMNS": str(width), "LINES": "40", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=slave, stderr=slave, env=environment
    ) as process:
        os.close(slave)
        raw = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the other end is closed
                break
            raw += part
            if not part:
                break
    os.close(master)
    assert process.returncode == 0, raw.decode()
    text = raw.decode()
    assert text.count("\r") > 10  # it moved
    assert re.search(rf"\d/18 ━* +00:00 - loss: {NUMBER} - mae: {NUMBER}", text)
    shown = "".join(line if len(line) == width else line + "\n" for line in screen(text, width)).rstrip("\n")
    time = r"[\d.]+(us|ms|s)"
    values = " - ".join(
        f"{name}: {NUMBER}" for name in ("loss", "mae", "val_loss", "val_mae", "learning_rate")
    )
    final = rf"18/18 ━{{20}} {time} {time}/step - {values}"
    said = r"Epoch 2: ReduceLROnPlateau reducing learning rate to 0\.001"
    assert re.fullmatch(rf"Epoch 1/2\n{final}\nEpoch 2/2\n{said}\n{final}", shown.replace("\n\n", "\n")), (
        shown
    )
