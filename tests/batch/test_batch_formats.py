"""What goes in and what comes out: every kind of input, every format of output."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from batch_command import NOTICE, PROSE, article, clean, expect, failures, json_lines, page, results, rows, warc_records

from descale import clean_article
from descale.tools.record import FIELDS

NAMES = ("ferry", "harbour", "bridge")


def _csv_bytes(records: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


def _jsonl(path: Path, records: list[dict[str, Any]]) -> None:
    json_lines(path, records)


def _jsonl_gz(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_bytes(gzip.compress(b"".join(json.dumps(record).encode() + b"\n" for record in records)))


def _jsonl_zst(path: Path, records: list[dict[str, Any]]) -> None:
    lines = [json.dumps(record).encode() + b"\n" for record in records]
    # Two frames, as tools write them that append.
    path.write_bytes(zstandard.compress(b"".join(lines[:1])) + zstandard.compress(b"".join(lines[1:])))


def _csv(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_bytes(_csv_bytes(records))


def _csv_gz(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_bytes(gzip.compress(_csv_bytes(records)))


def _parquet(path: Path, records: list[dict[str, Any]]) -> None:
    pq.write_table(pa.Table.from_pylist(records), path)


WRITERS: dict[str, Callable[[Path, list[dict[str, Any]]], None]] = {
    "in.jsonl": _jsonl,
    "in.jsonl.gz": _jsonl_gz,
    "in.jsonl.zst": _jsonl_zst,
    "in.csv": _csv,
    "in.csv.gz": _csv_gz,
    "in.parquet": _parquet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_records_of_every_kind_are_cleaned_and_other_columns_pass(tmp_path: Path, name: str) -> None:
    records = [
        {"key": f"k{number}", "body": article(about), "link": f"https://example.org/{number}", "title": "of the input"}
        for number, about in enumerate(NAMES)
    ]
    WRITERS[name](tmp_path / name, records)
    expect(0, name, "-o", "out", "--format", "jsonl", "--text-key", "body", "--url-key", "link", cwd=tmp_path)
    found = rows(tmp_path / "out")
    assert [row["record"] for row in found] == [1, 2, 3]
    for row, record, about in zip(found, records, NAMES, strict=True):
        assert row["text"] == clean_article(article(about)).text
        assert NOTICE not in row["text"]
        assert row["url"] == row["link"] == record["link"]
        assert row["key"] == record["key"]
        assert row["input_title"] == "of the input"
        assert row["path"] == name
        assert "body" not in row
        assert "removals" not in row
        assert set(FIELDS) - {"removals"} <= set(row)


def _warc(path: Path, *, packed: bool) -> None:
    path.write_bytes(b"".join(gzip.compress(record) if packed else record for record in warc_records()))


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_pages_of_web_archives_are_cleaned_and_the_rest_is_counted(tmp_path: Path, name: str) -> None:
    _warc(tmp_path / name, packed=name.endswith(".gz"))
    said = expect(0, name, "-o", "out", "--format", "jsonl", cwd=tmp_path)
    found = rows(tmp_path / "out")
    assert [row["record"] for row in found] == [3, 5, 6]
    assert [row["url"] for row in found] == [f"https://example.org/{letter}" for letter in "acd"]
    assert "crêpes" in found[1]["text"]
    assert PROSE[0] in found[2]["text"]
    assert found[0]["warc_record_id"].startswith("<urn:uuid:")
    assert "not read: 1 WARC records: response of image/png" in said
    assert "not read: 1 WARC records: request" in said
    assert "3 documents" in said


def test_documents_become_a_tree_like_the_inputs(tmp_path: Path) -> None:
    tree = tmp_path / "in"
    (tree / "a" / "b").mkdir(parents=True)
    (tree / "one.html").write_text(page("one"))
    (tree / "a" / "two.txt").write_text(article("two"))
    (tree / "a" / "b" / "three.md").write_text("# Three\n\n" + article("three"))
    (tree / "a" / "b" / "four.htm").write_text(page("four"))
    (tree / "a" / "five.xhtml.gz").write_bytes(gzip.compress(page("five").encode()))
    (tree / "a" / "picture.png").write_bytes(b"\x89PNG")
    said = expect(0, "in", "-o", "out", cwd=tmp_path)
    found = results(tmp_path / "out")
    names = {"one.html.txt", "a/two.txt", "a/b/three.md.txt", "a/b/four.htm.txt", "a/five.xhtml.gz.txt", "failures.jsonl"}
    assert set(found) == names
    assert found["a/two.txt"].decode() == clean_article(article("two")).text + "\n"
    assert "about the five" in found["a/five.xhtml.gz.txt"].decode()
    assert found["failures.jsonl"] == b""
    assert "not read: 1 files of other types" in said


def test_markdown_and_json_trees(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text(page("one"))
    expect(0, "one.html", "-o", "md", "--format", "markdown", cwd=tmp_path)
    assert results(tmp_path / "md")["one.html.md"].decode().startswith("# one\n\n" + PROSE[0])
    expect(0, "one.html", "-o", "json", "--format", "json", "--removals", cwd=tmp_path)
    record = json.loads(results(tmp_path / "json")["one.html.json"])
    assert record["path"] == "one.html"
    taken = {record["document"][removal["start"] : removal["stop"]]: removal["family"] for removal in record["removals"]}
    assert taken[NOTICE] == "paywall"
    assert record["configuration"]
    assert record["rule_set"]


def test_records_in_a_tree_are_numbered_files(tmp_path: Path) -> None:
    json_lines(tmp_path / "in.jsonl", [{"text": article(name)} for name in NAMES])
    expect(0, "in.jsonl", "-o", "out", cwd=tmp_path)
    assert [name for name in results(tmp_path / "out") if name.endswith(".txt")] == [
        f"in.jsonl/{number:09d}.txt" for number in (1, 2, 3)
    ]


def test_html_goes_before_text_and_sources_are_not_repeated(tmp_path: Path) -> None:
    json_lines(tmp_path / "in.jsonl", [{"html": page("ferry"), "text": "leftover"}, {"html": None, "text": article("plain")}])
    expect(0, "in.jsonl", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    first, second = rows(tmp_path / "out")
    assert first["title"] == "ferry"
    assert "leftover" not in json.dumps(first)
    assert "about the plain" in second["text"]
    assert "html" not in first


def test_parquet_in_and_out_keeps_types_of_other_columns(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": [article("one"), None, article("three")],
            "small": pa.array([1, 2, 3], pa.int8()),
            "when": pa.array([0, 1, 2], pa.timestamp("ms", "UTC")),
            "tags": pa.array([["a"], [], None], pa.list_(pa.string())),
            "raw": pa.array([b"\xff", None, b""], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=2)
    expect(1, "in.parquet", "-o", "out", "--format", "parquet", "--removals", cwd=tmp_path)
    found = pa.concat_tables([pq.read_table(path) for path in sorted((tmp_path / "out").glob("*.parquet"))])
    assert found["small"].type == pa.int8()
    assert found["when"].type == pa.timestamp("ms", "UTC")
    assert found["raw"].to_pylist() == [b"\xff", None, b""]
    assert found["input_tags"].to_pylist() == [["a"], [], None]
    assert found["record"].to_pylist() == [1, 2, 3]
    assert found["text"].to_pylist()[1] is None
    assert found["error"].to_pylist()[1].startswith("MissingKey: ")
    assert found["removals"].type.value_type.field("rule").type == pa.string()
    assert failures(tmp_path / "out")[0]["record"] == 2


def test_one_parquet_row_group_is_read_in_pieces(tmp_path: Path) -> None:
    texts = [article(f"number {number} " + "and so on " * 150) for number in range(300)]
    pq.write_table(pa.table({"text": texts, "n": list(range(300))}), tmp_path / "in.parquet", compression=None)
    expect(0, "in.parquet", "-o", "out", "--format", "jsonl", "--jobs", "2", cwd=tmp_path)
    assert len(list((tmp_path / "out").glob("part-*.jsonl"))) > 3
    assert [row["n"] for row in rows(tmp_path / "out")] == list(range(300))
    assert [row["record"] for row in rows(tmp_path / "out")] == list(range(1, 301))


def test_csv_out_holds_lists_as_json_and_newlines_in_cells(tmp_path: Path) -> None:
    records = [{"text": article("one"), "note": 'two\nlines, and a "quotation"'}, {"text": article("two"), "note": ""}]
    (tmp_path / "in.csv").write_bytes(_csv_bytes(records))
    expect(0, "in.csv", "-o", "out", "--format", "csv", cwd=tmp_path)
    with (tmp_path / "out" / "part-000000.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["note"] for row in found] == [record["note"] for record in records]
    assert [row["text"] for row in found] == [clean_article(record["text"]).text for record in records]
    assert json.loads(found[0]["authors"]) == []
    assert [row["record"] for row in found] == ["1", "2"]


def test_content_tells_the_type_where_the_name_does_not(tmp_path: Path) -> None:
    json_lines(tmp_path / "records", [{"text": article(name)} for name in NAMES])
    (tmp_path / "packed").write_bytes(gzip.compress((tmp_path / "records").read_bytes()))
    (tmp_path / "table").write_bytes(b"")
    _parquet(tmp_path / "table", [{"text": article()}])
    _warc(tmp_path / "archive", packed=True)
    (tmp_path / "web").write_text(page("web"))
    expect(0, "records", "packed", "table", "archive", "web", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    found = [row["path"] for row in rows(tmp_path / "out")]
    assert {name: found.count(name) for name in dict.fromkeys(found)} == {
        "records": 3,
        "packed": 3,
        "table": 1,
        "archive": 3,
        "web": 1,
    }


def test_stdin_is_read_by_its_content(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"text": article(name)}).encode() + b"\n" for name in NAMES)
    expect(0, "-", "-o", "out", "--format", "jsonl", cwd=tmp_path, stdin=lines)
    assert [row["record"] for row in rows(tmp_path / "out")] == [1, 2, 3]
    expect(0, "-", "-o", "page", cwd=tmp_path, stdin=page("web").encode())
    assert PROSE[0] in results(tmp_path / "page")["stdin.txt"].decode()


def test_lists_of_files_and_patterns(tmp_path: Path) -> None:
    for name in ("a b.txt", "c.txt", "d.txt"):
        (tmp_path / name).write_text(article(name))
    (tmp_path / "list").write_text("a b.txt\nc.txt\nc.txt\n")
    expect(0, "--files-from", "list", "-o", "lines", cwd=tmp_path)
    assert set(results(tmp_path / "lines")) == {"a b.txt", "c.txt", "failures.jsonl"}
    expect(0, "--files-from", "-", "-o", "nul", cwd=tmp_path, stdin=b"a b.txt\0d.txt\0")
    assert set(results(tmp_path / "nul")) == {"a b.txt", "d.txt", "failures.jsonl"}
    expect(0, "[cd].txt", "-o", "glob", cwd=tmp_path)
    assert set(results(tmp_path / "glob")) == {"c.txt", "d.txt", "failures.jsonl"}


def test_without_an_output_the_article_is_printed_as_ever(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article())
    done = clean("a.txt", cwd=tmp_path)
    assert done.stdout == clean_article(article()).text + "\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]


@pytest.mark.parametrize(
    ("package", "arguments", "says"),
    [
        ("pyarrow", ["in.jsonl", "--format", "parquet"], "pip install 'descale[parquet]'"),
        ("pyarrow", ["in.parquet", "--format", "jsonl"], "pip install 'descale[parquet]'"),
        ("warcio", ["in.warc", "--format", "jsonl"], "pip install 'descale[warc]'"),
        ("zstandard", ["in.jsonl.zst", "--format", "jsonl"], "pip install 'descale[zstd]'"),
    ],
)
def test_a_missing_extra_says_what_to_install(tmp_path: Path, package: str, arguments: list[str], says: str) -> None:
    json_lines(tmp_path / "in.jsonl", [{"text": article()}])
    _parquet(tmp_path / "in.parquet", [{"text": article()}])
    _warc(tmp_path / "in.warc", packed=False)
    _jsonl_zst(tmp_path / "in.jsonl.zst", [{"text": article()}])
    hidden = tmp_path / "hidden" / package
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text(f"raise ImportError('no {package} here')\n")
    done = clean(*arguments, "-o", "out", cwd=tmp_path, packages=[tmp_path / "hidden"])
    assert done.returncode in {1, 2}
    assert says in done.stderr
