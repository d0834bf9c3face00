"""Dates in the ways pages write them; what is impossible is no date."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descale.dates import find_date, parse_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-03", "2024-05-03"),
        ("2024-05-03T10:15+0200", "2024-05-03T10:15:00+02:00"),
        ("2024-05-03T10:15:30.123Z", "2024-05-03T10:15:30+00:00"),
        ("2024-05-03 10:15:30 +0000 UTC", "2024-05-03T10:15:30+00:00"),
        ("2024/05/03 10:15", "2024-05-03T10:15:00"),
        ("20240503", "2024-05-03"),
        ("20240503T101500Z", "2024-05-03T10:15:00+00:00"),
        ("Fri, 03 May 2024 10:15:00 +0200", "2024-05-03T10:15:00+02:00"),
        ("Fri, 03 May 2024 10:15:00 GMT", "2024-05-03T10:15:00+00:00"),
        ("1714557600", "2024-05-01T10:00:00+00:00"),
        ("1714557600000", "2024-05-01T10:00:00+00:00"),
        ("3.5.2024", "2024-05-03"),
        ("03.05.2024, 10:15 Uhr", "2024-05-03T10:15:00"),
        ("3.5.24", "2024-05-03"),
        ("25/05/2024", "2024-05-25"),
        ("05/25/2024", "2024-05-25"),
        ("May 3, 2024 10:15 am EDT", "2024-05-03T10:15:00-04:00"),
        ("10:15 pm, May 3rd, 2024", "2024-05-03T22:15:00"),
        ("3rd of May 2024", "2024-05-03"),
        ("3 mai 2024", "2024-05-03"),
        ("3 de mayo de 2024", "2024-05-03"),
        ("2024年5月3日 10時15分", "2024-05-03T10:15:00"),
        ("2024년 5월 3일", "2024-05-03"),
        ("٣ مايو ٢٠٢٤", "2024-05-03"),
        ("２０２４年５月３日", "2024-05-03"),
    ],
)
def test_declared_dates(text: str, iso: str) -> None:
    assert parse_date(text) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31.2.2024",
        "2024-13-40",
        "1985-03-02",
        "2150-01-01",
        "May 2024",
        "version 1.2.2024.3",
        "12 places, 3 people",
        "0",
        "may be 3 or 4",
    ],
)
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_order_of_day_and_month() -> None:
    assert parse_date("03/05/2024") == "2024-05-03"
    assert parse_date("03/05/2024", day_first=False) == "2024-03-05"
    # Points are written day first everywhere.
    assert parse_date("03.05.2024", day_first=False) == "2024-05-03"


def test_a_time_that_cannot_be_is_left_out() -> None:
    assert parse_date("2024-05-03 27:15") == "2024-05-03"


def test_the_place_of_a_date() -> None:
    text = "Published on May 3, 2024 by Ann Bee"
    found = find_date(text)
    assert found is not None
    assert (found.iso, text[found.start : found.stop]) == ("2024-05-03", "May 3, 2024")


def test_a_month_must_stand_beside_its_day_and_year() -> None:
    assert find_date("In May we counted 3 boats, and 2024 gulls") is None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 12, 31)))  # noqa: DTZ001
def test_every_moment_is_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_date(moment.isoformat()) == moment.isoformat()
    assert parse_date(moment.strftime("%d.%m.%Y")) == moment.date().isoformat()
    assert parse_date(moment.strftime("%B %d, %Y")) == moment.date().isoformat()


@given(st.text())
def test_any_text_is_read_without_error(text: str) -> None:
    assert parse_date(text) == parse_date(text)
