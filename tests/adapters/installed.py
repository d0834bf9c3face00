"""Libraries that a test needs and that may be missing, and what other processes need to find ours."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

import pytest

#: Set by ``make adapters``, whose environments hold all that its tests need: there a missing library fails.
REQUIRED = "DESCALE_ADAPTERS_REQUIRED"
ROOT = Path(__file__).parents[2]


def library(name: str) -> ModuleType:
    """Import a library, or skip the whole module where it is not installed (``make adapters`` installs it)."""
    if REQUIRED in os.environ:
        return importlib.import_module(name)
    found: ModuleType = pytest.importorskip(name, reason=f"{name} is not installed; make adapters installs it")
    return found


def python_path() -> str:
    """Return a PYTHONPATH with which other processes find descale and the documents."""
    return os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests" / "adapters")])
