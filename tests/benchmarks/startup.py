"""What it costs to import descale, and to clean the first document.

    python tests/benchmarks/startup.py

Each run is a fresh Python; what a bare Python takes is subtracted. Beside the times stands
which of the heavy modules a step loaded: the text path does without lxml and trafilatura,
and importing loads none of them. Milliseconds are of this machine; one lxml import in the
same run is the yardstick.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple

from timing import PRINT_PEAK

HEAVY = ("lxml", "trafilatura", "langdetect", "numpy", "charset_normalizer", "dateparser")
TURNS = 7
IMPORT = "import descale"
TEXT = "import descale; descale.clean_article('The river rose in the night, and by noon it was over the road.\\n' * 9)"
HTML = (
    "import descale; descale.clean_article('<html><body><article><h1>A river</h1>' + "
    "'<p>The river rose in the night, and by noon it was over the road.</p>' * 9 + '</article></body></html>')"
)
STEPS = {"bare Python": "pass", "import lxml.html": "import lxml.html", "import trafilatura": "import trafilatura"}
STEPS |= {"import descale": IMPORT, "import, first text": TEXT, "import, first page": HTML}
_REPORT = f"""
import json, sys, time
print(json.dumps([time.process_time(), [name for name in {HEAVY!r} if name in sys.modules]]))
{PRINT_PEAK}
"""


class Cost(NamedTuple):
    """Processor milliseconds and peak MiB of a process, and the heavy modules it loaded."""

    milliseconds: float
    mebibytes: float
    loaded: tuple[str, ...]


def cost(code: str, turns: int = TURNS) -> Cost:
    """Return the median cost of a fresh Python that runs the code, all modules compiled before."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        # Some machines forbid writing bytecode; users' machines have it.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        for _ in range(turns + 1):
            command = [sys.executable, "-c", f"{code}\n{_REPORT}"]
            done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
            used, peak = done.stdout.splitlines()
            found.append((*json.loads(used), float(peak)))
    seconds, loaded, mebibytes = zip(*found[1:], strict=True)
    return Cost(1000 * statistics.median(seconds), statistics.median(mebibytes), tuple(loaded[0]))


def main() -> None:
    """Print the table."""
    bare = cost(STEPS["bare Python"])
    print(f"{'step':<22}{'ms':>8}{'MiB':>8}   loaded (above bare Python)")
    for name, code in STEPS.items():
        found = cost(code)
        print(
            f"{name:<22}{found.milliseconds - bare.milliseconds:>8.0f}{found.mebibytes - bare.mebibytes:>8.1f}"
            f"   {', '.join(found.loaded) or '-'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
