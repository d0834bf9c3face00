"""The recipes of the documentation, run over the shared documents: the same texts as a plain loop.

NeMo Curator and data-juicer each need an environment of their own (see the guides for the versions).
"""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from documents import sources

from conftest import ROOT
from descale.tools.record import Recorder

HOW_TO = ROOT / "docs" / "how-to"
_FIRST_PYTHON = re.compile(r"^```python[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def recipe(page: str, folder: Path) -> ModuleType:
    """Return the first block of Python of a guide as a module."""
    found = _FIRST_PYTHON.search((HOW_TO / page).read_text(encoding="utf-8"))
    assert found
    name = f"recipe_{Path(page).stem.replace('-', '_')}"
    (folder / f"{name}.py").write_text(found[1], encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        return __import__(name)
    finally:
        sys.path.remove(str(folder))


@functools.cache
def plain_loop() -> tuple[dict[str, Any], ...]:
    """Return the records of the documents as text."""
    recorder = Recorder()
    return tuple(recorder.clean(source) for source in sources("text"))


def texts() -> list[str]:
    """Return the clean texts, empty ones where there are none."""
    return [record["text"] or "" for record in plain_loop()]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::SyntaxWarning")
def test_nemo_curator_gives_the_texts_of_a_plain_loop(tmp_path: Path) -> None:
    pytest.importorskip("nemo_curator", reason="nemo-curator is not installed; its guide says how it was checked")
    import pandas as pd  # noqa: PLC0415 - where it is installed
    from nemo_curator.tasks import DocumentBatch  # noqa: PLC0415

    module = recipe("nemo-curator.md", tmp_path)
    batch = DocumentBatch(dataset_name="all", data=pd.DataFrame({"text": sources("text")}))
    stage = module.Modify([module.FailureOf(), module.BoilerplateModifier()], ["text", "text"], ["descale_error", "text"])
    found = stage.process(batch).to_pandas()
    assert found["text"].tolist() == texts()
    assert [bool(error) for error in found["descale_error"]] == [record["error"] is not None for record in plain_loop()]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("batch_size", [1, 200])
def test_data_juicer_gives_the_texts_of_a_plain_loop(batch_size: int, tmp_path: Path) -> None:
    pytest.importorskip("data_juicer", reason="py-data-juicer is not installed; its guide says how it was checked")
    from data_juicer.core.data import NestedDataset  # noqa: PLC0415 - where it is installed

    given = NestedDataset.from_dict({"text": sources("text"), "id": list(range(500))})
    if "recipe_data_juicer" not in sys.modules:
        recipe("data-juicer.md", tmp_path)
    mapper = sys.modules["recipe_data_juicer"].BoilerplateMapper(num_proc=1, batch_size=batch_size)
    found = mapper.run(given).to_dict()
    assert found["text"] == texts()
    assert found["descale_error"] == [record["error"] or "" for record in plain_loop()]
    assert found["id"] == list(range(500))
