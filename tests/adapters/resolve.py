"""Check that each extra can be installed, with two versions of pip; nothing is installed but pip itself.

    python tests/adapters/resolve.py [EXTRA ...]

The pips are 23.2.1, which Python 3.11.7 puts into a new environment, and the newest. ``datatrove`` is tried beside
``datatrove[processing]`` too, which wants an old trafilatura.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIPS = ("pip==23.2.1", "pip")
BESIDE = {"datatrove": ("datatrove[processing]",)}
SHOWN = ("trafilatura", "lxml", "datatrove", "datasets", "ray", "pyspark", "pyarrow", "pandas")


def main(extras: list[str]) -> int:
    """Resolve each extra with each pip; print what would come, return 1 if something cannot be resolved."""
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    failed = 0
    for pip in PIPS:
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder, "bin", "python"))
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", pip], check=True)
            for extra in extras or [name for name in known if name not in {"test", "evaluate"}]:
                for beside in ((), BESIDE.get(extra)):
                    if beside is not None:
                        failed += not _resolves(python, pip, extra, beside)
    return 1 if failed else 0


def _resolves(python: str, pip: str, extra: str, beside: tuple[str, ...]) -> bool:
    wanted = [f"{ROOT}[{extra}]", *beside]
    command = [python, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    name = f"{pip}: {' '.join([f'descale[{extra}]', *beside])}"
    if done.returncode:
        print(f"{name}: FAILED\n{done.stderr}", flush=True)
        return False
    found = {item["metadata"]["name"]: item["metadata"]["version"] for item in json.loads(done.stdout)["install"]}
    print(f"{name}: {len(found)} packages, {', '.join(f'{one} {found[one]}' for one in SHOWN if one in found)}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
