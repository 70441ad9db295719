"""The comparison's own tests: the driver with real processes, and the command."""

import json
import sys

import numpy as np
import pytest

from benchmarks import compare, fake_cases
from benchmarks.cases import CASES
from benchmarks.driver import Driver, Interpreter, Measurement, Result, WorkerError, difference

NAMED = {case.name: case for case in fake_cases.CASES}
FAKE = "benchmarks.fake_cases"


@pytest.fixture(scope="module")
def driver():
    """Processes of minigrad and of NumPy, few rounds."""
    names = ("minigrad", "numpy")
    interpreters = {name: Interpreter(name, sys.executable, 1, FAKE) for name in names}
    with Driver(interpreters, rounds=3, seconds=0.01) as running:
        yield running


# -- the driver ----------------------------------------------------------------------------------


def test_driver_measures_both_sides_in_rounds(driver):
    measured = driver.measure(NAMED["square"])
    assert [m.side.framework for m in measured.measurements] == ["minigrad", "numpy"]
    assert all(len(m.least) == len(m.median) == 3 for m in measured.measurements)
    assert all(
        0 < low <= mid for m in measured.measurements for low, mid in zip(m.least, m.median, strict=True)
    )
    assert measured.difference == 0.0


def test_driver_returns_the_time_of_one_of_the_things_counted(driver):
    ours, long, short = driver.measure(NAMED["sleep"]).measurements
    assert min(ours.least) >= 0.002
    assert min(long.least) >= 0.006
    assert min(short.least) >= 0.004


def test_driver_refuses_to_compare_different_work(driver):
    with pytest.raises(
        ValueError,
        match=r"different: minigrad and numpy don't compute the same: .* differ by 2 of the largest",
    ):
        driver.measure(NAMED["different"])


def test_driver_tells_a_sides_error_and_goes_on(driver):
    with pytest.raises(WorkerError, match=r"numpy, fails:(.|\n)*this side can't be set up"):
        driver.measure(NAMED["fails"])
    assert driver.measure(NAMED["square"]).difference == 0.0


def test_driver_tells_that_a_process_ended():
    interpreters = {name: Interpreter(name, sys.executable, 1, FAKE) for name in ("minigrad", "numpy")}
    with (
        Driver(interpreters, rounds=1) as running,
        pytest.raises(WorkerError, match=r"numpy.*ended with code 3"),
    ):
        running.measure(NAMED["dies"])


def test_driver_leaves_out_frameworks_that_are_not_there(driver):
    assert len(driver.measure(NAMED["batch-1-step"]).measurements) == 1


def test_start_is_the_time_of_a_whole_process(driver):
    ours, theirs = driver.measure(NAMED["start"]).measurements
    assert min(theirs.least) > 0.5
    assert min(ours.least) > 0.02


def test_memory_is_the_peak_of_a_process_of_its_own(driver):
    ours, theirs = driver.measure(NAMED["memory"]).measurements
    assert 300e6 < min(ours.least) < 500e6
    assert 100e6 < min(theirs.least) < 250e6


def test_driver_describes_what_runs(driver):
    assert driver.describe()["numpy"] == f"NumPy {np.__version__}"


def test_rounds_alternate_and_each_goes_first_as_often():
    measured = Result(NAMED["square"], [Measurement(side) for side in NAMED["square"].sides])
    turns = Driver({}, rounds=4)._in_turn(measured, [0, 1])
    assert [number for number, _ in turns] == [0, 1, 1, 0, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([[1.0, 2.0]], [[1.0, 2.5]], 0.25),
        ([[1.0], [10.0]], [[1.0], [11.0]], 0.1),
        ([[1.0]], [[1.0, 1.0]], np.inf),
        ([[1.0]], [], np.inf),
        ([[np.nan]], [[1.0]], np.nan),
    ],
)
def test_difference(ours, theirs, expected):
    found = difference([np.array(a) for a in ours], [np.array(a) for a in theirs])
    np.testing.assert_allclose(found, expected)


def test_nan_is_not_the_same(driver):
    assert not difference([np.array([np.nan])], [np.array([np.nan])]) <= 1.0


def test_driver_counts_its_own_processes_as_its_own(driver):
    measured = driver.measure(NAMED["square"])
    assert all(value > 0 for m in measured.measurements for value in m.cpu)
    assert measured.others is None or 0 <= measured.others <= 1


# -- the command ---------------------------------------------------------------------------------


def test_command_prints_the_tables_and_writes_every_round(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(compare, "use_cores", lambda count: None)  # the other tests need theirs
    file = tmp_path / "rounds.json"
    peer = f"numpy={sys.executable}"
    arguments = ["--cases", FAKE, "--peer", peer, "--only", "square", "--rounds", "2", "--seconds", "0.01"]
    assert compare.main([*arguments, "--json", str(file)]) == 0
    out = capsys.readouterr().out
    assert "| squares |" in out
    assert f"NumPy {np.__version__}" in out
    written = json.loads(file.read_text())
    assert [side["side"] for side in written["cases"][0]["sides"]] == ["minigrad", "numpy"]
    assert len(written["cases"][0]["sides"][0]["least"]) == 2


def test_command_reports_a_failed_case(capsys, monkeypatch):
    monkeypatch.setattr(compare, "use_cores", lambda count: None)
    arguments = ["--cases", FAKE, "--only", "fails", "--rounds", "1", "--peer", f"numpy={sys.executable}"]
    assert compare.main(arguments) == 1
    assert "this side can't be set up" in capsys.readouterr().err


def test_a_peer_that_is_missing_is_told(monkeypatch):
    monkeypatch.setattr(compare.importlib.util, "find_spec", lambda name: None)
    found, missing = compare.find_interpreters([], {"minigrad", "torch"}, 2, FAKE)
    assert list(found) == ["minigrad"]
    (message,) = missing
    assert message.startswith("PyTorch is not installed here")
    assert "docs/performance.md" in message


def test_a_peer_lives_where_the_command_says():
    found, missing = compare.find_interpreters([f"torch={sys.executable}"], {"torch"}, 2, FAKE)
    assert found["torch"].python == sys.executable
    assert found["torch"].threads == 2
    assert missing == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--peer", "torch"],
            "--peer must be NAME=PYTHON with a name of torch, tensorflow, numpy; got 'torch'",
        ),
        (["--peer", "mxnet=python"], "got 'mxnet=python'"),
        (["--peer", "torch=/no/such/python"], "there is no interpreter '/no/such/python'"),
        (["--only", "sqare"], "--only sqare: no such case; there are: square, "),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(SystemExit) as stopped:
        compare.main(["--cases", FAKE, *arguments])
    assert message in str(stopped.value)


def test_list_shows_every_case(capsys):
    assert compare.main(["--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == [case.name for case in CASES]


def test_cases_have_names_of_their_own_and_begin_with_minigrad():
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.ours.framework == "minigrad" for case in CASES)
