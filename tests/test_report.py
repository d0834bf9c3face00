"""``descale report``: what it reads, counts, chooses and writes; tests/test_report_browser.py looks at the page."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import FIXTURES
from descale import Pipeline
from descale.tools import cli
from descale.tools.record import FIELDS, Recorder
from descale.tools.report import tally as tally_module
from descale.tools.report.build import comparison_data, report_data
from descale.tools.report.page import json_in_html, rendered
from descale.tools.report.records import Entry, Place, Removed, Run, entry_of, occurrences
from descale.tools.report.shown import MOST_CHARACTERS, line_diff, shown_entry, shown_pair
from descale.tools.report.tally import Sample, Tally, normalised, suspicion, word_count

PROSE = "The ferry sails again, and the town that had waited for it all winter came down to the quay to see it off."
Record = dict[str, Any]


def record(name: str, kept: str, *removed: tuple[str, str, float], **fields: Any) -> Record:
    """Return a record whose document is the kept text, and below it lines that go: text, rule, score."""
    document = kept
    removals = []
    for text, rule, score in removed:
        start = len(document) + 1
        document += f"\n{text}"
        family = rule.partition(".")[0]
        evidence = f"because of {rule}"
        removals.append(
            {"start": start, "stop": len(document), "family": family, "rule": rule, "score": score, "evidence": evidence}
        )
    found = dict.fromkeys(FIELDS) | {"path": name, "text": kept, "removals": removals, "document": document}
    return found | {"confidence": 0.9, "language": "en", "notes": [], "rule_set": "1", "configuration": "c"} | fields


def written(path: Path, records: Iterable[Record]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def run_of(*paths: Path) -> Run:
    return Run(paths, Recorder())


def data_of(*paths: Path, sample_size: int = 100) -> dict[str, Any]:
    return report_data(run_of(*paths), "run", sample_size=sample_size)


@pytest.fixture
def records() -> list[Record]:
    """Return five records: of different languages, one failed, one empty."""
    return [
        record("a", PROSE, ("Sign up now", "newsletter.prompt", 0.95), (PROSE, "extract.low-content", 0.55)),
        record("b", PROSE + " B", ("sign  up NOW", "newsletter.prompt", 0.95), ("A title", "metadata.title", 0.6)),
        record("c", PROSE + " C", ("Teilen", "share.buttons", 0.9), language="de", confidence=0.2),
        record("d", "", ("Home", "navigation.menu", 0.9)),
        record("e", "", error="InputError: no text") | {"text": None, "removals": None, "document": None, "confidence": None},
    ]


# ---------------------------------------------------------------------------------- reading
def _as_csv(path: Path, records: list[Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(records[0]))
        rows.writeheader()
        for one in records:
            flat = {key: json.dumps(value) if isinstance(value, list) else value for key, value in one.items()}
            rows.writerow({key: "" if value is None else value for key, value in flat.items()})


def _as_parquet(path: Path, records: list[Record]) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist(records), path)


def _as_gzip(path: Path, records: list[Record]) -> None:
    path.write_bytes(gzip.compress("".join(json.dumps(one) + "\n" for one in records).encode()))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("part-000000.jsonl", written),
        ("part-000000.jsonl.gz", _as_gzip),
        ("part-000000.csv", _as_csv),
        ("part-000000.parquet", _as_parquet),
    ],
)
def test_every_record_format_reads_the_same(
    tmp_path: Path, records: list[Record], name: str, write: Callable[[Path, list[Record]], object]
) -> None:
    path = tmp_path / "out" / name
    path.parent.mkdir()
    write(path, records)
    run = run_of(path.parent)
    entries = list(run.entries())
    expected = [entry_of(one, Place(path, number)) for number, one in enumerate(records, 1)]
    if name.endswith(".csv"):  # which knows no None, but for what failed
        entries = [replace(entry, notes=()) for entry in entries]
    assert entries == expected
    assert run.problems == []
    wanted = [Place(path, 4), Place(path, 2)]
    assert [entry.place.number for entry in run.at(wanted)] == [2, 4]


def test_a_folder_of_json_files_is_a_run(tmp_path: Path, records: list[Record]) -> None:
    for one in records[:3]:
        written(tmp_path / "deep" / f"part-{one['path']}.json", [one])
    written(tmp_path / ".descale" / "state.json", [{"no": "record"}])
    written(tmp_path / "failures.jsonl", [{"path": "d", "record": None, "error": "InputError", "message": "no text"}])
    entries = list(run_of(tmp_path).entries())
    assert [entry.name for entry in entries] == ["a", "b", "c", "d"]
    assert [entry.error for entry in entries] == [None, None, None, "InputError: no text"]


def test_shards_are_read_in_order_and_nothing_beside_them(tmp_path: Path, records: list[Record]) -> None:
    written(tmp_path / "part-000001.jsonl", records[2:])
    written(tmp_path / "part-000000.jsonl", records[:2])
    written(tmp_path / "failures.jsonl", [{"path": "x", "error": "y"}])
    written(tmp_path / "stats.json", [{"ok": 1}])
    assert [entry.name for entry in run_of(tmp_path).entries()] == ["a", "b", "c", "d", "e"]


def test_pages_are_cleaned_as_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "demo.txt").write_bytes((FIXTURES / "demo.txt").read_bytes())
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    entries = {entry.name: entry for entry in Run((tmp_path,), Recorder(Pipeline(mode="recall"))).entries()}
    demo = entries[str(Path("deep") / "demo.txt")]
    assert demo.text is not None
    assert demo.text.startswith("The night ferry")
    assert "Most viewed" in [demo.removed_text(removal) for removal in demo.removals or ()]
    assert entries["picture.txt"].error is not None


def test_records_are_called_by_what_they_have() -> None:
    place = Place(Path("part-000003.jsonl"), 7)
    base = {"text": "x"}
    assert entry_of({**base, "id": 5, "path": "in.jsonl", "record": 2, "url": "u"}, place).name == "5"
    assert entry_of({**base, "path": "in.jsonl", "record": 2, "url": "u"}, place).name == "in.jsonl:2"
    assert entry_of({**base, "path": "in.html", "record": None}, place).name == "in.html"
    assert entry_of({**base, "url": "u"}, place).name == "u"
    unnamed = entry_of(base, place)
    assert (unnamed.name, unnamed.named) == ("part-000003.jsonl:7", False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "Expecting property name"),
        ("[1, 2]", "no record of a descale run"),
        ('{"title": "x"}', "no record of a descale run"),
        ('{"text": "x", "removals": 3}', "'removals' is no list"),
        ('{"text": "x", "removals": [{"start": 1}]}', "no removal: KeyError"),
        ('{"text": "x", "removals": [7]}', "no removal: TypeError"),
        (
            '{"text": "x", "removals": [{"start": 9, "stop": 1, "family": "a", "rule": "a.b", "score": 1, "evidence": ""}]}',
            "9 to 1",
        ),
        ('{"text": "x", "confidence": NaN}', "expected a number"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_a_broken_record_is_named_and_the_rest_is_read(
    tmp_path: Path, records: list[Record], capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    path = written(tmp_path / "part-0.jsonl", records[:2])
    path.write_text(f"{json.dumps(records[0])}\n\n{line}\n{json.dumps(records[1])}\n", encoding="utf-8")
    output = tmp_path / "report.html"
    assert cli.main(["report", "--no-config", str(path), "-o", str(output)]) == 1
    told = capsys.readouterr().err
    assert f"descale: {path}, record 2: " in told
    assert said in told
    data = data_in(output)
    assert data["runs"][0]["documents"] == 2
    assert data["runs"][0]["problemCount"] == 1
    assert said in data["runs"][0]["problems"][0]


def test_files_that_break_off_or_hold_something_else_are_named(tmp_path: Path, records: list[Record]) -> None:
    whole = gzip.compress((json.dumps(records[0]) + "\n").encode() * 2000)
    (tmp_path / "part-0.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "part-1.parquet").write_bytes(b"no parquet at all")
    written(tmp_path / "part-2.jsonl", records[:1])
    run = run_of(tmp_path)
    assert list(run.entries())[-1].name == "a"
    assert [problem.split(": ")[0] for problem in run.problems] == [
        str(tmp_path / "part-0.jsonl.gz"),
        str(tmp_path / "part-1.parquet"),
    ]


# --------------------------------------------------------------------------------- counting
def test_totals_and_shares_are_counted(tmp_path: Path, records: list[Record]) -> None:
    data = data_of(written(tmp_path / "part-0.jsonl", records))
    [run] = data["runs"]
    figures = {name: run[name] for name in ("documents", "failed", "empty", "doubtful", "kept", "removed")}
    kept = sum(len(one["text"] or "") for one in records)
    removed = sum(each["stop"] - each["start"] for one in records for each in one["removals"] or ())
    assert figures == {"documents": 5, "failed": 1, "empty": 1, "doubtful": 1, "kept": kept, "removed": removed}
    families = {share["name"]: share for share in run["families"]}
    assert families["newsletter"] == {"name": "newsletter", "documents": 2, "removals": 2, "characters": 23}
    assert run["families"][0]["name"] == "extract"
    assert {share["name"]: share["documents"] for share in run["languages"]} == {"en": 3, "de": 1}
    assert run["provenance"] == [{"rule_set": "1", "configuration": "c"}]


def test_lines_are_equal_but_for_case_space_and_numbers(tmp_path: Path, records: list[Record]) -> None:
    data = data_of(written(tmp_path / "part-0.jsonl", records))
    [line] = data["lines"]
    assert line["count"] == 2
    assert line["rule"] == "newsletter.prompt"
    linked = data["documents"][line["document"]]
    assert normalised(line["text"]) == "sign up now"
    assert line["text"] in [" ".join(removal["text"].split()) for removal in linked["removals"]]
    assert normalised("12 Comments") == normalised("  3\tcomments ")


def test_suspicious_is_long_prose_with_a_low_score() -> None:
    def of(text: str | None, score: float = 0.6, family: str = "extract") -> float:
        return suspicion(Removed(0, len(text or "x" * 100), family, f"{family}.x", score, ""), text)

    assert of(PROSE) > 0
    assert of(PROSE, 0.5) > of(PROSE, 0.7)
    assert of(f"{PROSE} {PROSE}") > of(PROSE)
    assert of(PROSE, 0.8) == 0
    assert of(PROSE, family="metadata") == 0
    assert of("Read more.") == 0
    assert of(" ".join(["Home"] * 40)) == 0
    assert of(None) > 0
    assert of("渡し船は冬のあいだずっと待っていた町に戻り、人々は桟橋まで見送りに来た。") > 0


def test_words_of_scripts_without_spaces_count() -> None:
    assert word_count("the ferry sails") == 3
    assert word_count("渡し船が出る") == 3
    assert word_count("เรือออก") > 2


def test_suspicious_removals_lead_to_their_documents(tmp_path: Path, records: list[Record]) -> None:
    data = data_of(written(tmp_path / "part-0.jsonl", records))
    assert data["suspiciousCount"] == 1
    [one] = data["suspicious"]
    document = data["documents"][one["document"]]
    assert document["name"] == "a"
    assert document["removals"][one["removal"]]["text"] == PROSE
    assert one["document"] == 0


def test_of_very_many_lines_the_rare_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "MOST_LINES", 20)
    tally = Tally()
    letters = "abcdefghijklmnopqrstuvwxyz"
    for number in range(200):
        odd = f"line {letters[number % 26]}{letters[number // 26]}"
        one = record(str(number), PROSE, ("Share this", "share.buttons", 0.9), (odd, "share.counts", 0.9))
        tally.add(entry_of(one, Place(Path("x"), number)))
    assert tally.forgotten
    assert [(line.times, line.example) for line in tally.frequent_lines()] == [(200, "Share this")]


# --------------------------------------------------------------------------------- choosing
def test_the_sample_is_the_same_in_any_order() -> None:
    digests = [f"{number * 7919 % 1000:016x}" for number in range(300)]
    first, second = Sample[str](10), Sample[str](10)
    for digest in digests:
        first.offer(digest, digest, 0.0)
    for digest in reversed(digests):
        second.offer(digest, digest, 0.0)
    assert first.chosen() == second.chosen() == sorted(digests)[:10]


def test_at_most_half_of_the_sample_goes_by_weight_while_there_are_others() -> None:
    sample = Sample[str](4)
    for number in range(50):
        sample.offer(f"item {number}", f"{number:016x}", float(number >= 40) * number)
    assert sample.chosen() == ["item 49", "item 48", "item 0", "item 1"]
    few = Sample[str](4)
    for number in range(3):
        few.offer(f"item {number}", f"{number:016x}", float(number))
    assert few.chosen() == ["item 2", "item 1", "item 0"]


def test_shards_and_their_order_do_not_change_what_is_chosen(tmp_path: Path) -> None:
    many = [record(f"page {number}", f"{PROSE} {number}", ("Share", "share.buttons", 0.9)) for number in range(40)]
    written(tmp_path / "one" / "part-0.jsonl", many)
    written(tmp_path / "two" / "part-0.jsonl", reversed(many[:17]))
    written(tmp_path / "two" / "part-1.jsonl", reversed(many[17:]))
    one, two = (data_of(tmp_path / name, sample_size=5) for name in ("one", "two"))
    assert one["documents"] == two["documents"]
    assert len(one["documents"]) == 5


def test_memory_does_not_follow_the_number_of_records(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        def many() -> Iterator[Record]:
            for number in range(count):
                yield record(f"page {number}", PROSE, ("Share", "share.buttons", 0.9), (PROSE, "extract.x", 0.6), notes=[])

        path = written(tmp_path / f"part-{count}.jsonl", many())
        tracemalloc.start()
        try:
            data_of(path, sample_size=5)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(300)
    assert peak(6000) < 1.3 * peak(1500)


# ---------------------------------------------------------------------------------- showing
def test_a_document_is_cut_into_its_pieces() -> None:
    one = record("a", "Kept 😀", ("Gone 😀", "share.buttons", 0.9), ("Too", "share.counts", 0.9))
    shown = shown_entry(entry_of(one, Place(Path("x"), 1)))
    assert shown["segments"] == [("Kept 😀\n", -1), ("Gone 😀", 0), ("\n", -1), ("Too", 1)]
    assert [removal["evidence"] for removal in shown["removals"]] == ["because of share.buttons", "because of share.counts"]
    assert "".join(text for text, _ in shown["segments"]) == one["document"]


def test_a_record_without_its_document_or_removals_says_so() -> None:
    one = record("a", PROSE, ("Gone", "share.buttons", 0.9))
    bare = shown_entry(entry_of(one | {"document": None}, Place(Path("x"), 1)))
    assert bare["segments"] is None
    assert bare["removals"][0]["text"] is None
    assert bare["removals"][0]["characters"] == 4
    assert shown_entry(entry_of(one | {"removals": None}, Place(Path("x"), 1)))["listed"] is False


def test_offsets_beyond_the_document_do_no_harm() -> None:
    one = record("a", "Kept", ("Gone", "share.buttons", 0.9))
    one["removals"] += [one["removals"][0] | {"start": 2, "stop": 7}, one["removals"][0] | {"start": 50, "stop": 90}]
    segments = shown_entry(entry_of(one, Place(Path("x"), 1)))["segments"]
    assert "".join(text for text, _ in segments) == "Kept\nGone"


def test_a_huge_document_is_shown_in_part(tmp_path: Path) -> None:
    one = record("a", "x " * MOST_CHARACTERS, ("Gone", "share.buttons", 0.9))
    shown = shown_entry(entry_of(one, Place(tmp_path, 1)))
    assert shown["cut"] is True
    assert sum(len(text) for text, _ in shown["segments"]) == MOST_CHARACTERS
    assert len(shown["text"]) == MOST_CHARACTERS


# -------------------------------------------------------------------------------- comparing
def test_two_runs_are_matched_by_name_whatever_their_order(tmp_path: Path, records: list[Record]) -> None:
    changed = record("a", f"{PROSE}\n{PROSE}", ("Sign up now", "newsletter.prompt", 0.95))
    changed["document"] = f"{PROSE}\n{PROSE}\nSign up now"
    reasons = json.loads(json.dumps(records[2]))
    reasons["removals"][0]["rule"] = "share.follow"
    written(tmp_path / "A" / "part-0.jsonl", [*records[:4], record("only A", "x")])
    written(tmp_path / "B" / "part-0.jsonl", [records[3], reasons, records[1], changed, record("n", "x"), record("m", "x")])
    data = comparison_data((run_of(tmp_path / "A"), run_of(tmp_path / "B")), ("A", "B"), sample_size=9)
    assert data["changes"] == {"same": 2, "changed": 1, "reasons": 1, "onlyA": 1, "onlyB": 2}
    assert [run["documents"] for run in data["runs"]] == [5, 6]
    [document] = data["documents"]
    assert document["name"] == "a"


def test_equal_names_are_matched_by_their_order_and_none_by_the_number() -> None:
    place = Place(Path("x"), 1)
    named = [entry_of({"text": text, "path": "same"}, place) for text in "ab"]
    bare = [entry_of({"text": text}, Place(Path("x"), number)) for number, text in enumerate("ab", 1)]
    assert [key for key, _ in occurrences([*named, *bare])] == [("same", 1), ("same", 2), ("", 1), ("", 2)]


def test_a_pair_shows_what_only_one_run_removes() -> None:
    document = "Kept line\nFirst to go\nSecond to go\nThird to go"

    def entry(kept: str, *lines: str) -> Entry:
        removals = tuple(
            Removed(document.index(line), document.index(line) + len(line), "share", "share.x", 0.9, "") for line in lines
        )
        return Entry(Place(Path("x"), 1), "a", named=True, text=kept, document=document, removals=removals)

    one = entry("Kept line\nThird to go", "First to go", "Second to go")
    other = entry("Kept line\nFirst to go", "Second to go", "Third to go")
    shown = shown_pair(one, other)
    assert {removal["text"]: removal["only"] for removal in shown["removals"]} == {
        "First to go": "A",
        "Second to go": "",
        "Third to go": "B",
    }
    assert "".join(text for text, _ in shown["segments"]) == document
    assert shown["diff"] == [(" ", "Kept line"), ("-", "Third to go"), ("+", "First to go")]
    assert list(line_diff("a\nb", "a\nb")) == []


def test_two_modes_of_real_pages_differ_in_what_they_cut(tmp_path: Path) -> None:
    for mode in ("balanced", "precision"):
        recorder = Recorder(Pipeline(mode=mode))
        cleaned = list(Run((FIXTURES / "pages",), recorder).entries())
        written(tmp_path / mode / "part-0.jsonl", [_record_of(entry) for entry in cleaned if entry.name.endswith(".html")])
    output = tmp_path / "compared.html"
    arguments = [str(tmp_path / "balanced"), str(tmp_path / "precision"), "-o", str(output)]
    assert cli.main(["report", "--no-config", *arguments]) == 0
    data = data_in(output)
    assert data["changes"]["changed"] == len(data["documents"]) > 0
    assert {line["only"] for line in data["lines"]} == {"B"}
    before, after = ({share["name"]: share["characters"] for share in run["families"]} for run in data["runs"])
    assert after["extract"] > before["extract"]


def _record_of(entry: Entry) -> Record:
    removals = [removal._asdict() for removal in entry.removals or ()]
    return {"path": entry.name, "text": entry.text, "document": entry.document, "removals": removals}


# ---------------------------------------------------------------------------------- writing
def data_in(page: Path) -> dict[str, Any]:
    """Return the data that a report holds, as its script reads them."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "<!--",
        "<!-- <script>",
        "]]>",
        "&lt;",
        "\u2028\u2029",
        "{{data}}",
        "\ud800",
        "\\u003c",
    ],
)
def test_data_is_safe_in_html_and_comes_back_whole(text: str) -> None:
    written = json_in_html({"text": text})
    assert not re.search("[<>&\u2028\u2029\ud800-\udfff]", written)
    assert json.loads(written) == {"text": text}
    page = rendered({"text": text}, f"title {text}")
    assert json.dumps(text) in json.dumps(json.loads(re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)[0])["text"])
    page.encode()


def test_the_page_refers_to_nothing_outside(tmp_path: Path, records: list[Record]) -> None:
    output = tmp_path / "report.html"
    assert cli.main(["report", "--no-config", str(written(tmp_path / "part-0.jsonl", records)), "-o", str(output)]) == 0
    page = output.read_text(encoding="utf-8").replace(json_in_html(data_in(output)), "")
    assert not re.search(r"https?:|//[a-z]|\bsrc=|url\(|@import|innerHTML|\beval\b", page)
    assert "default-src 'none'" in page


def test_an_existing_page_is_not_overwritten_unasked(
    tmp_path: Path, records: list[Record], capsys: pytest.CaptureFixture[str]
) -> None:
    run, output = written(tmp_path / "part-0.jsonl", records), tmp_path / "report.html"
    output.write_text("mine", encoding="utf-8")
    assert cli.main(["report", "--no-config", str(run), "-o", str(output)]) == 2
    assert output.read_text(encoding="utf-8") == "mine"
    assert f"{output} exists" in capsys.readouterr().err
    assert cli.main(["report", "--no-config", str(run), "-o", str(output), "--overwrite"]) == 0
    assert data_in(output)["runs"][0]["documents"] == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["part-0.jsonl", "report.html"]


def test_the_same_run_gives_the_same_page(tmp_path: Path, records: list[Record]) -> None:
    run = written(tmp_path / "part-0.jsonl", records)
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for page in pages:
        assert cli.main(["report", "--no-config", str(run), "-o", str(page)]) == 0
    assert pages[0].read_bytes() == pages[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent"], "absent: No such file"),
        (["empty"], "empty: no records and no pages"),
        (["notes.doc"], "notes.doc: neither records"),
        (["part-0.jsonl", "part-0.jsonl", "part-0.jsonl"], "two runs can be compared"),
        (["part-0.jsonl", "--sample", "0"], "--sample must be at least 1"),
        (["part-0.jsonl", "-o", "absent/report.html"], "absent"),
    ],
)
def test_wrong_usage_is_told(
    tmp_path: Path,
    records: list[Record],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    written(tmp_path / "part-0.jsonl", records)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.doc").touch()
    monkeypatch.chdir(tmp_path)
    assert cli.main(["report", "--no-config", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "report.html").exists()


def test_a_report_beside_its_pages_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "demo.txt").write_bytes((FIXTURES / "demo.txt").read_bytes())
    output = tmp_path / "report.html"
    for more in ([], ["--overwrite"]):
        assert cli.main(["report", "--no-config", str(tmp_path), "-o", str(output), *more]) == 0
        assert data_in(output)["runs"][0]["documents"] == 1


def test_paths_can_be_taken_together(tmp_path: Path, records: list[Record], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number, one in enumerate(records[:3]):
        written(tmp_path / f"{number}.jsonl", [one])
    assert cli.main(["report", "--no-config", "--together", "0.jsonl", "1.jsonl", "2.jsonl"]) == 0
    assert data_in(tmp_path / "report.html")["runs"][0]["documents"] == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps names that are no text out of folders")
def test_a_name_that_is_no_utf_8_is_no_obstacle(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "pages")
    Path(os.fsdecode(folder)).mkdir()
    with open(folder + b"/\xff<b>.txt", "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write((FIXTURES / "demo.txt").read_bytes())
    output = tmp_path / "report.html"
    assert cli.main(["report", "--no-config", str(tmp_path / "pages"), "-o", str(output)]) == 0
    assert data_in(output)["documents"][0]["name"] == "\udcff<b>.txt"
