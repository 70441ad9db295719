"""The tests of what is made of the times: ratios, verdicts, tables."""

import pytest

from benchmarks import neighbors, report
from benchmarks.case import LIMIT, Case, Side
from benchmarks.driver import Measurement, Result
from benchmarks.ratios import ratios


def result(ours, theirs, opponent="torch", **options):
    """Return a result whose rounds took these times; each of ``theirs`` is a variant."""
    sides = [Side(opponent, None, f"v{n}") for n in range(len(theirs))]
    case = Case("made-up", "made up", Side("minigrad", None), tuple(sides), **options)
    times = [list(ours), *map(list, theirs)]
    return Result(
        case, [Measurement(side, rounds, rounds) for side, rounds in zip(case.sides, times, strict=True)]
    )


# -- the ratios ----------------------------------------------------------------------------------


def test_medians_count_on_a_quiet_machine():
    (ratio,) = ratios(result([2.0, 3.0, 4.0], [[4.0, 5.0, 5.9]]))
    assert (ratio.of_minima, ratio.of_medians) == (0.5, 0.6)
    assert not ratio.disturbed
    assert ratio.counted == 0.6


def test_minima_count_where_the_opponents_rounds_differ_by_half():
    (ratio,) = ratios(result([2.0, 3.0, 4.0], [[4.0, 5.0, 6.0]]))
    assert ratio.disturbed
    assert ratio.counted == 0.5


def test_the_faster_variant_counts():
    (ratio,) = ratios(result([1.0, 1.0, 1.0], [[1.0, 4.0, 4.0], [2.0, 2.0, 2.0]]))
    assert ratio.by_minima.side.variant == "v0"
    assert ratio.by_medians.side.variant == "v1"
    assert (ratio.of_minima, ratio.of_medians) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("ours", "opponent", "options", "reached", "promised"),
    [
        (0.8, "torch", {"at_most": {"torch": 0.8}}, True, True),
        (0.81, "torch", {"at_most": {"torch": 0.8}}, False, True),
        (LIMIT, "torch", {}, True, False),
        (LIMIT + 0.01, "torch", {}, False, False),
        (9.0, "tensorflow", {}, None, False),
    ],
)
def test_bounds(ours, opponent, options, reached, promised):
    (ratio,) = ratios(result([ours], [[1.0]], opponent, **options))
    assert ratio.reached is reached
    assert ratio.promised is promised


# -- the report ----------------------------------------------------------------------------------


def test_report_tells_what_is_reached_and_what_is_not():
    text = report.comparison([
        result([0.9e-3], [[1e-3]], at_most={"torch": 1.0}),
        result([5e-6], [[1e-6]]),
        result([1.0], []),
    ])  # fmt: skip
    promised, others, alone, over = text.split("## ")[1:]
    assert "900 µs / 900 µs" in promised
    assert "| yes " in promised
    assert "**5.00**" in others
    assert "| **no** " in others
    assert "1 s / 1 s" in alone
    assert over.splitlines()[2] == "- made-up (made up): 5.00 of PyTorch, at most 2"


def test_report_marks_the_ratio_that_counts():
    quiet, disturbed = ratios(result([1.0], [[1.0]]))[0], ratios(result([1.0], [[1.0, 2.0]]))[0]
    assert report.row(quiet)[4:6] == ["1.00", "**1.00**"]
    assert report.row(disturbed)[4:6] == ["**1.00**", "0.67"]
    assert report.row(disturbed)[9] == "1.00, 2.00"


def test_a_busy_machine_gets_no_verdict():
    measured = result([0.1], [[10.0]], at_most={"torch": 0.8})  # too good: the opponent's threads spun
    measured.others = 0.5
    (ratio,) = ratios(measured)
    assert ratio.busy
    assert ratio.reached is None
    text = report.comparison([measured])
    assert "1 of 1 ratios are no result" in text
    assert report.row(ratio)[8:] == ["busy", "1.00, 1.00", "50%"]
    assert "yes" not in text


@pytest.mark.parametrize(("others", "kind"), [(0.05, "time"), (None, "time"), (0.9, "memory")])
def test_a_verdict_stands_where_others_do_not_matter(others, kind):
    measured = result([1.0], [[1.0]], kind=kind)
    measured.others = others
    assert ratios(measured)[0].reached is True


def test_neighbors_are_what_the_cores_did_less_our_own(tmp_path, monkeypatch):
    monkeypatch.setattr(neighbors.os, "sched_getaffinity", lambda process: {1}, raising=False)
    clock = iter([0.0, 10.0])
    monkeypatch.setattr(neighbors.time, "perf_counter", lambda: next(clock))
    tick = neighbors.os.sysconf("SC_CLK_TCK")
    stat = tmp_path / "stat"
    stat.write_text("cpu 9 9 9 9 9 9 9 9\ncpu0 9 9 9 9 9 9 9 9\ncpu1 0 0 0 0 0 0 0 0 0 0\n")
    counted = neighbors.Neighbors(stat)
    user, stolen, idle, waiting = 5 * tick, 1 * tick, 3 * tick, 1 * tick
    stat.write_text(f"cpu1 {user} 0 0 {idle} {waiting} 0 0 {stolen} 0 0\n")
    counted.own = 2.0
    assert counted.share() == pytest.approx((5 + 1 - 2) / 10)


def test_neighbors_are_unknown_where_the_system_does_not_tell(tmp_path):
    assert neighbors.Neighbors(tmp_path / "none").share() is None


def test_report_by_batch_size():
    measured = [result([1e-3], [[2e-3]], batch=1), result([5e-3], [[6e-3]], batch=10)]
    for entry in measured:
        object.__setattr__(entry.case, "name", f"batch-{entry.case.batch}-step")
    assert [line.split() for line in report.batches(measured).splitlines()[2:]] == [
        ["|", "1", "|", "1", "ms", "|", "2", "ms", "|"],
        ["|", "10", "|", "5", "ms", "|", "6", "ms", "|"],
    ]


def test_processor_is_read_from_the_system(tmp_path):
    file = tmp_path / "cpuinfo"
    file.write_text("processor : 0\nmodel name\t: Some CPU: fast\n")
    assert report.processor(file) == "Some CPU: fast"
    assert report.processor(tmp_path / "none")
