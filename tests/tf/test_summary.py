"""tf.summary: what stands in the event files."""

from __future__ import annotations

import struct
import sys

import numpy as np
import pytest

import minigrad.tf as tf

pytest.importorskip("tensorboardX")


def read(folder):
    """Return [(tag, step, value)] of the event files in a folder."""
    from tensorboardX.proto.event_pb2 import Event

    found = []
    for path in sorted(folder.glob("events*")):
        data, start = path.read_bytes(), 0
        while start < len(data):
            (length,) = struct.unpack_from("<Q", data, start)
            event = Event.FromString(data[start + 12 : start + 12 + length])
            found += [(value.tag, event.step, value) for value in event.summary.value]
            start += 12 + length + 4
    return found


def test_numbers_and_histograms(tmp_path):
    writer = tf.summary.create_file_writer(logdir=tmp_path / "logs")
    with writer.as_default() as same:
        assert same is writer
        for step in range(3):
            assert tf.summary.scalar(name="loss", data=tf.constant(0.5 * step), step=step)
        tf.summary.histogram("weights", tf.Variable([1.0, 2.0, 2.0]), step=7)
    writer.close()
    *scalars, (tag, step, histogram) = read(tmp_path / "logs")
    assert [(tag, step, value.simple_value) for tag, step, value in scalars] == [
        ("loss", 0, 0.0),
        ("loss", 1, 0.5),
        ("loss", 2, 1.0),
    ]
    assert (tag, step) == ("weights", 7)
    assert (histogram.histo.num, histogram.histo.sum, histogram.histo.max) == (3, 5, 2)


def test_writers_may_be_nested_and_entered_again(tmp_path):
    outer, inner = (tf.summary.create_file_writer(tmp_path / name) for name in ("outer", "inner"))
    with outer.as_default():
        with inner.as_default():
            tf.summary.scalar("x", 1.0, step=0)
        tf.summary.scalar("y", 1.0, step=0)
    with outer.as_default():
        tf.summary.scalar("z", 1.0, step=0)
    outer.flush()
    for writer in (outer, inner):
        writer.close()
    assert [tag for tag, _, _ in read(tmp_path / "outer")] == ["y", "z"]
    assert [tag for tag, _, _ in read(tmp_path / "inner")] == ["x"]


def test_nothing_is_written_without_a_writer():
    assert tf.summary.scalar("loss", 1.0, step=0) is False


def test_bad_input(tmp_path):
    with pytest.raises(ValueError, match=r"tf\.summary\.scalar\('loss'\): give the step"):
        tf.summary.scalar("loss", 1.0)
    with pytest.raises(ValueError, match=r"one number; got shape \(2,\)"):
        tf.summary.scalar("loss", np.ones(2), step=0)


def test_without_tensorboardx(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"pip install minigrad\[tensorboard\]"):
        tf.summary.create_file_writer(tmp_path)
