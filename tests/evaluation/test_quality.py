"""The quality gate: measured on the tuning corpora, its own rules on made-up figures."""

from __future__ import annotations

from pathlib import Path

import gate
import pytest
from corpora import fingerprint

_FLOORS = gate.Floors("hash", {"lines a": 0.90, "gold b": 0.99})


@pytest.mark.corpora
@pytest.mark.slow
def test_no_figure_sinks_below_its_floor(corpora: Path) -> None:
    del corpora  # asked for so that the test is skipped without them
    floors = gate.read_floors()
    assert floors.corpora == fingerprint(gate.CORPUS_FILES), "the floors were pinned on other corpora"
    figures = gate.measure()
    print(gate.table(figures, floors))
    assert not gate.sunken(figures, floors)


def test_figure_below_its_floor_is_named() -> None:
    assert gate.sunken({"lines a": 0.91, "gold b": 0.98}, _FLOORS) == ["gold b is 0.9800, below its floor 0.9900"]


def test_figure_that_vanished_is_named() -> None:
    assert gate.sunken({"lines a": 0.91}, _FLOORS) == ["gold b is pinned but no longer measured"]


def test_update_raises_floors_by_what_is_beyond_the_tolerance() -> None:
    floors = gate.raised({"lines a": 0.95, "gold b": 0.9901}, _FLOORS, "hash")
    assert floors.least == {"lines a": 0.948, "gold b": 0.99}


def test_update_refuses_to_lower_a_floor_unless_told_by_name() -> None:
    figures = {"lines a": 0.80, "gold b": 0.99}
    with pytest.raises(gate.SunkenFloorError, match="lines a"):
        gate.raised(figures, _FLOORS, "hash")
    assert gate.raised(figures, _FLOORS, "hash", lower=["lines a"]).least["lines a"] == pytest.approx(0.798)


def test_update_refuses_other_corpora_unless_all_floors_are_given_up() -> None:
    figures = {"lines a": 0.95, "gold b": 0.995}
    with pytest.raises(gate.SunkenFloorError, match="pinned on corpora hash"):
        gate.raised(figures, _FLOORS, "another", lower=["lines a"])
    assert gate.raised(figures, _FLOORS, "another", lower=["lines a", "gold b"]).corpora == "another"


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    gate.write_floors(_FLOORS, tmp_path / "floors.toml")
    assert gate.read_floors(tmp_path / "floors.toml") == _FLOORS
