"""Bounds on batch runs, with room for other machines: overhead, two workers, memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_pages import article_page

import batch

#: The target is 1.1 over many pages; over these few, starting two more processes counts.
OVERHEAD_BOUND = 1.5
#: The target is 1.8 over many pages.
SPEED_UP_BOUND = 1.3
#: MiB by which the parent may grow over a run.
GROWTH_BOUND = 4.0


def test_a_batch_run_costs_little_more_than_a_plain_loop(tmp_path: Path) -> None:
    batch.write_pages(tmp_path / "pages", (article_page(seed) for seed in range(100)))
    assert batch.overhead(batch.compare(tmp_path, 1, peer=False)) <= OVERHEAD_BOUND


def test_two_workers_are_faster_than_one(tmp_path: Path) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("two workers need two cores")
    batch.write_pages(tmp_path / "pages", (article_page(seed) for seed in range(150)))
    found = []
    for _ in range(3):
        if os.getloadavg()[0] > len(os.sched_getaffinity(0)) - 1:
            pytest.skip(f"other programs use the cores that two workers need (load {os.getloadavg()[0]:.1f})")
        found.append(batch.speed_up(batch.compare(tmp_path, 1, peer=False)))
        if found[-1] >= SPEED_UP_BOUND:
            break
    assert max(found) >= SPEED_UP_BOUND


def test_the_memory_of_the_parent_does_not_follow_the_input(tmp_path: Path) -> None:
    first, *_, last = batch.parent_memory(tmp_path, 6000)
    assert last <= first + GROWTH_BOUND
