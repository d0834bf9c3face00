"""Damaged input: a message with path and record, the rest done, exit code 1."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from batch_command import article, expect, failures, json_lines, page, results, rows, warc_record, warc_records

NAMES = ("ferry", "harbour", "bridge", "quay")


def _lines() -> list[bytes]:
    return [json.dumps({"id": name, "text": article(name)}).encode() + b"\n" for name in NAMES]


def _failed(folder: Path, *arguments: str) -> list[tuple[str, int | None, str]]:
    """Clean into JSON lines, which must partly fail; return path, record and error of each failure."""
    said = expect(1, *arguments, "-o", "out", "--format", "jsonl", cwd=folder)
    found = failures(folder / "out")
    for line in found:
        assert line["message"]
        told = line["path"] if line["record"] is None else f"{line['path']}: record {line['record']}"
        assert f"descale: {told}: {line['error']}: {line['message']}" in said
    # What failed stands among the records, too: none is missing.
    assert [(row["path"], row["record"]) for row in rows(folder / "out") if row["error"]] == [
        (line["path"], line["record"]) for line in found
    ]
    return [(line["path"], line["record"], line["error"]) for line in found]


def test_documents_that_hold_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "binary.html").write_bytes(b"\x7fELF" + bytes(range(256)) * 10)
    (folder / "empty.html").touch()
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "good.txt").write_text(article())
    assert _failed(tmp_path, "in") == [("in/binary.html", None, "InputError"), ("in/gone.txt", None, "FileNotFoundError")]
    found = {row["path"]: row for row in rows(tmp_path / "out")}
    assert found["in/empty.html"]["text"] == ""
    assert found["in/empty.html"]["error"] is None
    assert "about the ferry" in found["in/good.txt"]["text"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(article())
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    # A file that is there and cannot be opened, for root as well: a process's memory without its page tables.
    assert _failed(tmp_path, "missing.txt", "pipe.txt", "loop.txt", "/proc/self/mem", "good.txt") == [
        ("missing.txt", None, "FileNotFoundError"),
        ("pipe.txt", None, "NotAFile"),
        ("loop.txt", None, "OSError"),
        ("/proc/self/mem", None, "OSError"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads what nobody may read")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(article())
    (tmp_path / "secret.txt").chmod(0)
    (tmp_path / "good.txt").write_text(article())
    assert _failed(tmp_path, "secret.txt", "good.txt") == [("secret.txt", None, "PermissionError")]


def test_broken_json_lines(tmp_path: Path) -> None:
    first, second, third, fourth = _lines()
    odd = [
        b"{broken\n",
        b"[1, 2]\n",
        b'{"id": "none"}\n',
        b'{"text": null}\n',
        b'{"text": 7}\n',
        b'{"text": "\xff"}\n',
        b"[" * 20_000 + b"\n",
    ]
    (tmp_path / "in.jsonl").write_bytes(first + b"\n" + b"".join(odd) + second + third + fourth.rstrip())
    assert _failed(tmp_path, "in.jsonl") == [
        ("in.jsonl", 3, "JSONDecodeError"),
        ("in.jsonl", 4, "ValueError"),
        ("in.jsonl", 5, "MissingKey"),
        ("in.jsonl", 6, "MissingKey"),
        ("in.jsonl", 7, "InputError"),
        ("in.jsonl", 8, "UnicodeDecodeError"),
        ("in.jsonl", 9, "RecursionError"),
    ]
    assert [row["id"] for row in rows(tmp_path / "out") if not row["error"]] == list(NAMES)
    assert failures(tmp_path / "out")[2]["id"] == "none"


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_records_that_are_cut_off(tmp_path: Path, suffix: str) -> None:
    # Records that do not compress, so that the cut falls into the last but one.
    lines = [json.dumps({"text": article(name), "noise": os.urandom(4000).hex()}).encode() + b"\n" for name in NAMES]
    packed = gzip.compress(b"".join(lines)) if suffix == ".gz" else b"".join(map(zstandard.compress, lines))
    (tmp_path / f"in.jsonl{suffix}").write_bytes(packed[: len(packed) * 5 // 8])
    assert _failed(tmp_path, f"in.jsonl{suffix}") == [(f"in.jsonl{suffix}", 3, "EOFError")]
    assert [row["record"] for row in rows(tmp_path / "out")] == [1, 2, 3]


def test_compressed_records_that_are_damaged(tmp_path: Path) -> None:
    lines = [json.dumps({"text": article(name), "noise": os.urandom(40_000).hex()}).encode() + b"\n" for name in NAMES]
    packed = bytearray(gzip.compress(b"".join(lines)))
    packed[len(packed) * 5 // 8 : len(packed) * 5 // 8 + 20] = bytes(20)
    (tmp_path / "in.jsonl.gz").write_bytes(packed)
    (tmp_path / "not.jsonl.gz").write_bytes(b"no gzip at all")
    (path, record, _), *others = _failed(tmp_path, "in.jsonl.gz", "not.jsonl.gz")
    # The checksum at the end tells it at the latest.
    assert path == "in.jsonl.gz"
    assert record in {3, 4, 5}
    assert others == [("not.jsonl.gz", 1, "BadGzipFile")]


def test_bombs_fail_as_records_and_eat_no_memory(tmp_path: Path) -> None:
    (tmp_path / "bomb.html.gz").write_bytes(gzip.compress(bytes(200 << 20)))
    first, second, *_ = _lines()
    long_line = b'{"text": "' + b"word " * (1 << 20) + b'"}\n'
    (tmp_path / "line.jsonl.gz").write_bytes(gzip.compress(first + long_line + second))
    (tmp_path / "line.jsonl").write_bytes(first + long_line + second)
    (tmp_path / "endless.jsonl.gz").write_bytes(gzip.compress(first + b" " * (100 << 20)))
    (tmp_path / "endless.jsonl.zst").write_bytes(zstandard.compress(first + b" " * (100 << 20)))
    assert _failed(
        tmp_path,
        *("bomb.html.gz", "line.jsonl.gz", "line.jsonl", "endless.jsonl.gz", "endless.jsonl.zst"),
        *("--max-document-bytes", "1M", "--max-memory", "300M"),
    ) == [
        ("bomb.html.gz", None, "TooLarge"),
        ("line.jsonl.gz", 2, "TooLarge"),
        ("line.jsonl", 2, "TooLarge"),
        ("endless.jsonl.gz", 2, "TooLarge"),
        ("endless.jsonl.zst", 2, "TooLarge"),
    ]
    assert [row["id"] for row in rows(tmp_path / "out") if not row["error"]] == [*NAMES[:2], *NAMES[:2], NAMES[0], NAMES[0]]


def test_csv_that_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('id,text\n1,"one\nline"\n2,two,too many\n3\n\n4,"four ""quoted"""\n5,"never closed\n')
    assert _failed(tmp_path, "in.csv") == [("in.csv", 2, "ValueError"), ("in.csv", 3, "ValueError"), ("in.csv", 5, "ValueError")]
    assert [row["record"] for row in rows(tmp_path / "out")] == [1, 2, 3, 4, 5]


def test_tables_without_a_column_to_clean(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": [article()]}), tmp_path / "in.parquet")
    (tmp_path / "in.csv").write_text("body,title\nx,y\n")
    (tmp_path / "fake.parquet").write_bytes(b"PAR1 and nothing else")
    json_lines(tmp_path / "good.jsonl", [{"text": article()}])
    assert _failed(tmp_path, "in.parquet", "in.csv", "fake.parquet", "good.jsonl") == [
        ("in.parquet", None, "MissingColumn"),
        ("in.csv", None, "MissingColumn"),
        ("fake.parquet", None, "ArrowInvalid"),
    ]
    assert "'html' (--html-key) or 'text' (--text-key); there are body" in failures(tmp_path / "out")[0]["message"]


def test_parquet_that_is_damaged_inside(tmp_path: Path) -> None:
    texts = [article(name, more=os.urandom(3000).hex()) for name in NAMES * 5]
    pq.write_table(pa.table({"text": texts}), tmp_path / "in.parquet", row_group_size=5, use_dictionary=False)
    data = bytearray((tmp_path / "in.parquet").read_bytes())
    middle = len(data) * 3 // 8
    data[middle : middle + 200] = os.urandom(200)
    (tmp_path / "in.parquet").write_bytes(data)
    expect(1, "in.parquet", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    found = rows(tmp_path / "out")
    assert [row["record"] for row in found] == list(range(1, 21))
    assert {row["record"] for row in found if row["error"]} <= set(range(6, 11))
    assert failures(tmp_path / "out")


@pytest.mark.parametrize("packed", [False, True])
def test_web_archives_that_are_cut_off(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    records = [gzip.compress(record) if packed else record for record in warc_records()]
    name = "in.warc.gz" if packed else "in.warc"
    (tmp_path / name).write_bytes(b"".join(records[:-1])[:-200])
    assert _failed(tmp_path, name) == [(name, 5, "EOFError")]
    assert [row["record"] for row in rows(tmp_path / "out")] == [3, 5]


@pytest.mark.parametrize("bytes_left", [0, 1, 30])
def test_web_archives_that_are_cut_in_or_before_a_head(tmp_path: Path, bytes_left: int) -> None:
    records = list(map(gzip.compress, warc_records()))
    whole = b"".join(records[:3])
    (tmp_path / "in.warc.gz").write_bytes(whole + records[4][:bytes_left])
    expect(1 if bytes_left else 0, "in.warc.gz", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    assert [row["record"] for row in rows(tmp_path / "out")] == ([3, 4] if bytes_left else [3])


def test_web_archives_with_odd_records(tmp_path: Path) -> None:
    records = [
        warc_record("response", page("lies").encode("latin-1"), "https://example.org/a", "text/html; charset=no-such-thing"),
        warc_record("response", b"", "https://example.org/b", "text/html"),
        warc_record("response", page("big").encode() * 50, "https://example.org/c", "text/html"),
        warc_record("response", bytes(range(256)) * 10, "https://example.org/d", "text/html"),
        warc_record("response", page("last").encode(), "https://example.org/e", "text/html"),
    ]
    (tmp_path / "in.warc").write_bytes(b"".join(records))
    (tmp_path / "no.warc").write_bytes(b"nothing of the kind\r\n\r\n")
    assert _failed(tmp_path, "in.warc", "no.warc", "--max-document-bytes", "20K") == [
        ("in.warc", 3, "TooLarge"),
        ("in.warc", 4, "InputError"),
        ("no.warc", 1, "ArchiveLoadFailed"),
    ]
    assert [row["url"] for row in rows(tmp_path / "out") if row["text"]] == ["https://example.org/a", "https://example.org/e"]


def test_a_cut_document_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(page().encode() + os.urandom(1000).hex().encode())[:-300])
    assert _failed(tmp_path, "cut.html.gz") == [("cut.html.gz", None, "EOFError")]


def test_a_tree_holds_no_file_for_what_failed(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(article())
    (tmp_path / "bad.txt").write_bytes(b"\x7fELF" + bytes(1000))
    expect(1, "good.txt", "bad.txt", "-o", "out", cwd=tmp_path)
    assert set(results(tmp_path / "out")) == {"good.txt", "failures.jsonl"}
