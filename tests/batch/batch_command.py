"""Running the real command over made-up inputs, and looking at what it left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import descale

PROSE = (
    "The night ferry between the two halves of the harbour town will go on sailing, the council decided on Tuesday.",
    "The boat carries about ninety people a night, most of them nurses, bakers and cleaners who have no other way home.",
    "Its captain, who has steered it for twenty years, said that he had never once left anybody on the quay.",
)
NOTICE = "Tu suscripción se está usando en otro dispositivo"
SOURCE = str(Path(descale.__file__).parent.parent)

#: A package that ships a cleaner which does what its pages say: the only way in which code of
#: others gets into a worker, and so the honest way of hurting one.
HARMFUL = """
import ctypes
import time

from descale import Cleaner

leaked = []


def harm(page):
    text = page.document.text
    if "please segfault" in text:
        ctypes.string_at(0)
    if "please hang in C" in text:
        ctypes.PyDLL(None).sleep(600)  # a PyDLL call keeps the interpreter's lock: no thread, no signal handler runs
    if "please be slow" in text:
        time.sleep(0.2)
    if "please eat memory" in text:
        eaten = []
        while True:
            eaten.append(b"x" * (16 << 20))
            time.sleep(0.002)
    if "please leak" in text:
        leaked.append(b"x" * (12 << 20))
    if "please take a terabyte" in text:
        bytearray(1 << 40)
    if "please raise" in text:
        raise RuntimeError("as asked")
    return iter(())


HARM = Cleaner("harm", harm)
"""


def article(name: str = "ferry", *, more: str = "") -> str:
    """Return a scraped text of three paragraphs, a notice, and a line of its own."""
    return "\n".join(
        [*PROSE, f"This one is about the {name} and nothing else, said the man at the counter.", NOTICE, more]
    ).strip()


def page(name: str = "ferry") -> str:
    """Return the same as HTML."""
    body = "".join(f"<p>{line}</p>" for line in article(name).splitlines())
    return f"<!DOCTYPE html><html><head><title>{name}</title></head><body><article><h1>{name}</h1>{body}</article></body></html>"


def environment(*packages: Path) -> dict[str, str]:
    """Return the environment of a command: this checkout, and packages of a test's own."""
    path = os.pathsep.join([SOURCE, *map(str, packages), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}


def command(*arguments: str | Path | bytes) -> Sequence[str | bytes]:
    """Return the command line of ``descale clean`` with these arguments."""
    given = [argument if isinstance(argument, bytes) else str(argument) for argument in arguments]
    return [sys.executable, "-m", "descale.tools.cli", "clean", *given]


def clean(
    *arguments: str | Path | bytes, cwd: Path, packages: Sequence[Path] = (), stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Run ``descale clean`` in a folder."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(*packages), input=stdin, capture_output=True, check=False, timeout=120
    )
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def expect(code: int, *arguments: str | Path | bytes, cwd: Path, packages: Sequence[Path] = (), stdin: bytes = b"") -> str:
    """Run ``descale clean``, which must end with this code; return what it says."""
    done = clean(*arguments, cwd=cwd, packages=packages, stdin=stdin)
    assert done.returncode == code, done.stderr
    return done.stderr


def results(out: Path) -> dict[str, bytes]:
    """Return all files of an output by name, without the run's books."""
    return {
        os.fsdecode(os.path.relpath(path, out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".descale" not in path.parts
    }


def rows(out: Path) -> list[dict[str, Any]]:
    """Return the records of a JSON lines output."""
    return [json.loads(line) for path in sorted(out.glob("part-*.jsonl")) for line in path.read_bytes().splitlines()]


def failures(out: Path) -> list[dict[str, Any]]:
    """Return the lines of failures.jsonl."""
    return [json.loads(line) for line in (out / "failures.jsonl").read_text(encoding="utf-8").splitlines()]


def json_lines(path: Path, records: Sequence[Any]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def harmful_package(folder: Path) -> Path:
    """Install the harmful cleaner in a folder, as pip would."""
    information = folder / "harmful-1.0.dist-info"
    information.mkdir(parents=True)
    (folder / "harmful.py").write_text(textwrap.dedent(HARMFUL))
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: harmful\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[descale.cleaners]\nharm = harmful:HARM\n")
    return folder


def warc_record(kind: str, body: bytes, address: str = "", content_type: str = "") -> bytes:
    """Return one record of a web archive; with a content type, an HTTP response of that type."""
    if content_type:
        body = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + body
    number = f"{zlib.crc32(kind.encode() + body):012d}"
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number}>",
        "WARC-Date: 2026-01-02T03:04:05Z",
        *([f"WARC-Target-URI: {address}"] if address else []),
        f"Content-Type: {'application/http; msgtype=response' if content_type else 'text/plain'}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"\r\n\r\n"


def warc_records() -> list[bytes]:
    """Return a web archive's records: two pages, one in Latin-1 by its HTTP header alone, a picture, and others."""
    return [
        warc_record("warcinfo", b"software: none\r\n"),
        warc_record("request", b"GET / HTTP/1.1\r\n\r\n", "https://example.org/a"),
        warc_record("response", page("ferry").encode(), "https://example.org/a", "text/html; charset=utf-8"),
        warc_record("response", b"\x89PNG", "https://example.org/b", "image/png"),
        warc_record("response", page("crêpes").encode("latin-1"), "https://example.org/c", "text/html; charset=ISO-8859-1"),
        warc_record("conversion", article("wet").encode(), "https://example.org/d"),
    ]
