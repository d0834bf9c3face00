"""Other extractors, each run in an environment of its own.

    with Peer("trafilatura") as peer:
        answer = peer.extract(html, url=url, language="en")

Peers' requirements clash (two of them ask for lxml's cleaner under names that older pips
cannot join), and some crash or hang on rare pages. So each runs in a process of its own,
which takes pages and gives texts as lines of JSON; it is started anew when it dies, and
the page that killed it counts as empty. Environments are made on first use as
``.env-peer-NAME`` in the checkout's root, with the newest releases.

Run as a script, this file is the worker: it needs nothing but the standard library and
its one extractor.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Self

ROOT = Path(__file__).resolve().parents[2]
#: A page that takes longer counts as empty.
PAGE_SECONDS = 20

Extract = Callable[[str, str | None, str | None], str]

_FIRST_PAGE = "<html><body><article><p>" + "One sentence, and then another. " * 20 + "</p></article></body></html>"
_BLOCK_ENDS = {"p", "div", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "pre", "blockquote", "section", "dd", "dt"}
_STOP_LISTS = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pl": "Polish", "el": "Greek"}
_STOP_LISTS |= {"tr": "Turkish", "nl": "Dutch", "sv": "Swedish", "da": "Danish", "ru": "Russian", "no": "Norwegian_Bokmal"}
_STOP_LISTS |= {"pt": "Portuguese", "fi": "Finnish", "hu": "Hungarian", "cs": "Czech", "ro": "Romanian", "uk": "Ukrainian"}


class PeerUnavailableError(RuntimeError):
    """The peer cannot be installed or started here."""


class Answer(NamedTuple):
    """What a peer made of a page: its text, and the processor seconds it took."""

    text: str
    seconds: float


class _Environment(NamedTuple):
    requirements: tuple[str, ...]
    #: Interpreters to try, by command; the running one where it is empty.
    interpreters: tuple[str, ...] = ()


_TRAFILATURA = _Environment(("trafilatura", "lxml_html_clean"))
ENVIRONMENTS = {
    "trafilatura": _TRAFILATURA,
    "readability": _Environment(("readability-lxml", "lxml_html_clean")),
    "resiliparse": _Environment(("resiliparse",)),
    # Bindings with built packages; they begin with Python 3.12.
    "rs-trafilatura": _Environment(("trafipy",), ("python3.12", "python3.13", "python3.14")),
}


# ------------------------------------------------------------------ the peers, in the worker
def _trafilatura(**options: Any) -> Extract:
    from trafilatura import extract  # noqa: PLC0415 - each worker has only its own extractor

    def run(html: str, url: str | None, language: str | None) -> str:
        del language
        return extract(html, url=url, include_comments=False, **options) or ""

    return run


def _justext() -> Extract:
    import justext  # noqa: PLC0415

    def run(html: str, url: str | None, language: str | None) -> str:
        del url
        name = _STOP_LISTS.get((language or "").partition("-")[0])
        # Without a stop list jusText judges by length and links alone, as its manual says.
        options = {} if name else {"stopwords_low": 0, "stopwords_high": 0}
        stop_list = justext.get_stoplist(name) if name else frozenset()
        paragraphs = justext.justext(html.encode("utf-8", "replace"), stop_list, encoding="utf-8", **options)
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return run


def _readability() -> Extract:
    from lxml import etree  # noqa: PLC0415
    from lxml import html as lxml_html  # noqa: PLC0415
    from readability import Document  # noqa: PLC0415

    def run(html: str, url: str | None, language: str | None) -> str:
        del language
        tree = lxml_html.fromstring(Document(html, url=url).summary(html_partial=True))
        for element in tree.iter(*_BLOCK_ENDS):
            element.text = "\n" + (element.text or "")
            element.tail = "\n" + (element.tail or "")
        return re.sub(r"\s*\n\s*", "\n", etree.tostring(tree, method="text", encoding="unicode")).strip()

    return run


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

    def run(html: str, url: str | None, language: str | None) -> str:
        del url, language
        return str(extract_plain_text(html, main_content=True, alt_texts=False))

    return run


def _rs_trafilatura() -> Extract:
    import trafipy  # noqa: PLC0415

    def run(html: str, url: str | None, language: str | None) -> str:
        del language
        return str(trafipy.extract(html, url=url, favor_recall=False).text)

    return run


#: Every peer: its environment, and what makes its function.
PEERS: dict[str, tuple[str, Callable[[], Extract]]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "trafilatura fast": ("trafilatura", lambda: _trafilatura(fast=True)),
    "trafilatura precision": ("trafilatura", lambda: _trafilatura(favor_precision=True)),
    "jusText": ("trafilatura", _justext),
    "readability-lxml": ("readability", _readability),
    "resiliparse": ("resiliparse", _resiliparse),
    "rs-trafilatura": ("rs-trafilatura", _rs_trafilatura),
}


def serve(name: str) -> None:
    """Answer pages on standard input, a line of JSON each, until it closes."""
    logging.disable(logging.CRITICAL)
    extract = PEERS[name][1]()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an extractor prints must not mix with the answers
    with contextlib.suppress(Exception):  # the first call loads tables, which is no page's fault
        extract(_FIRST_PAGE, None, "en")
    print(json.dumps({"ready": name}), file=answers, flush=True)
    for line in sys.stdin:
        page = json.loads(line)
        start = time.process_time()
        try:
            text = extract(page["html"], page["url"], page["language"])
        except Exception:  # noqa: BLE001 - whatever an extractor raises, its page is empty
            text = ""
        answer = {"text": text, "seconds": time.process_time() - start}
        # Half surrogates in a page can be neither written nor read back.
        print(json.dumps(answer, ensure_ascii=True), file=answers, flush=True)


# ------------------------------------------------------------------------- the asking side
class Peer:
    """One peer in its process; a context manager."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.version = ""
        self._python = environment(PEERS[name][0])
        self._worker: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._start()
        requirement = ENVIRONMENTS[PEERS[self.name][0]].requirements[0]
        requirement = "justext" if self.name == "jusText" else requirement
        asked = f"from importlib.metadata import version; print(version({requirement!r}))"
        self.version = subprocess.run([self._python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def extract(self, html: str, *, url: str | None = None, language: str | None = None) -> Answer:
        """Return the peer's text of a page; empty where it crashes or hangs."""
        worker = self._worker or self._start()
        timer = threading.Timer(PAGE_SECONDS, worker.kill)
        timer.start()
        try:
            line = _asked(worker, {"html": html, "url": url, "language": language})
        finally:
            timer.cancel()
        if not line:
            self._stop()
            return Answer("", 0.0)
        answer = json.loads(line)
        return Answer(answer["text"], answer["seconds"])

    def _start(self) -> subprocess.Popen[str]:
        command = [self._python, str(Path(__file__).resolve()), self.name]
        worker = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", cwd=ROOT
        )
        self._worker = worker
        if worker.stdout is None or not worker.stdout.readline():
            self._stop()
            message = f"{self.name} does not start in {self._python}"
            raise PeerUnavailableError(message)
        return worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()


def _asked(worker: subprocess.Popen[str], page: dict[str, str | None]) -> str:
    """Return the worker's line on a page; empty if it died."""
    if worker.stdin is None or worker.stdout is None:
        return ""
    try:
        print(json.dumps(page, ensure_ascii=True), file=worker.stdin, flush=True)
        return worker.stdout.readline()
    except BrokenPipeError:
        return ""


def environment(name: str) -> str:
    """Return the interpreter of a peer's environment, which is made where it is missing.

    Raises:
        PeerUnavailableError: no fitting interpreter, or the peer does not install.
    """
    folder = ROOT / f".env-peer-{name}"
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        wanted = ENVIRONMENTS[name]
        commands = [
            [_interpreter(wanted.interpreters), "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted.requirements],
        ]
        for command in commands:
            ended = subprocess.run(command, check=False, capture_output=True, text=True)
            if ended.returncode:
                message = f"{name} does not install: {ended.stderr.strip()[-300:]}"
                raise PeerUnavailableError(message)
        done.touch()
    return str(python)


def _interpreter(commands: tuple[str, ...]) -> str:
    for command in commands or (sys.executable,):
        with contextlib.suppress(OSError):
            if subprocess.run([command, "--version"], check=False, capture_output=True).returncode == 0:
                return command
    message = f"none of {', '.join(commands)} is here"
    raise PeerUnavailableError(message)


if __name__ == "__main__":
    serve(sys.argv[1])
