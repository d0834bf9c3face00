"""Paths and helpers that several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
SHARED = ROOT.parent / "shared"


@pytest.fixture
def corpora() -> Path:
    """Folder of the tuning corpora; the test is skipped where they are absent."""
    folder = SHARED / "corpora"
    if not folder.is_dir():
        pytest.skip("the tuning corpora are not beside this checkout (../shared/corpora)")
    return folder


@pytest.fixture
def seeds() -> Path:
    """Folder of the two seed documents; the test is skipped where they are absent."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the seed documents are not beside this checkout (../shared/seeds)")
    return folder
