"""Dates as pages write them -> ISO 8601.

Nothing here asks what day it is: the same page gives the same date for ever. A year
before 1990 (older than any web page) or after 2100 is taken for no date at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import regex

from descale import shipped, words

FIRST_YEAR = 1990
LAST_YEAR = 2100

#: Longest string, in characters, that is searched for a date.
LONGEST_TEXT = 400

#: Hours from UTC of the abbreviations that mean one zone only ("IST" means three, "CST" two).
_ZONES = {
    "z": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0, "west": 1.0, "cet": 1.0, "cest": 2.0, "mez": 1.0, "mesz": 2.0,
    "eet": 2.0, "eest": 3.0, "msk": 3.0, "est": -5.0, "edt": -4.0, "et": -5.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0,
    "jst": 9.0, "kst": 9.0, "hkt": 8.0, "sgt": 8.0, "aest": 10.0, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0, "brt": -3.0,
}  # fmt: skip
del _ZONES["et"]  # standard or summer time, so no one offset

_ZONE = r"(?P<zone>[+\-−]\d{2}:?\d{2}|[+\-−]\d{2}(?![\d:])|(?:UTC|GMT)[+\-−]\d{1,2}(?::?\d{2})?|Z\b|\(?[A-Za-z]{3,4}\b)"
_TIME = rf"(?P<hour>\d{{1,2}})(?:[:h：]|\s?[時时點点시]\s?)(?P<minute>\d{{2}})(?:[:：](?P<second>\d{{2}})(?:[.,]\d+)?)?\s?(?P<half>[ap]\.?\s?m\b\.?)?(?:\s*{_ZONE})?"
_ISO = regex.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<sep>[-/.‐–])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)"
    rf"(?:\.?(?:[T\s_,;|@+\-–—·•]|\bat\b|\bum\b|\(\w+\)){{1,5}}{_TIME}|(?P<zone_only>Z\b|[+\-]\d{{2}}:\d{{2}}))?",
    regex.IGNORECASE,
)
_COMPACT = regex.compile(
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\.\d+)?(?P<zone>Z|[+\-]\d{2}:?\d{2})?)?$"
)
_CJK = regex.compile(r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일号號]?")
_NUMERIC = regex.compile(
    r"(?<![\d.,/\-])(?P<first>\d{1,2})(?P<sep>[./\-])\s?(?P<second_part>\d{1,2})(?P=sep)\s?(?P<year>\d{4})(?![\d/\-]|\.\d)"
)
_SHORT_YEAR = regex.compile(r"^\W*(?P<first>\d{1,2})(?P<sep>[./])(?P<second_part>\d{1,2})(?P=sep)(?P<year>\d{2})\b")
_DIGIT = regex.compile(r"\d")
_WORD = regex.compile(r"\d+|[\p{L}\p{M}]+")
_GAP = regex.compile(r"[\s.,'’\-–/ªº°ـ]{0,3}")
_TIME_AFTER = regex.compile(rf"\s*[^\d\n]{{0,14}}?(?<!\d){_TIME}", regex.IGNORECASE)
_TIME_BEFORE = regex.compile(rf"(?<!\d){_TIME}[^\d\n]{{0,14}}$", regex.IGNORECASE)
_STAMP = regex.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


class FoundDate(NamedTuple):
    """A date in a text: ISO 8601, and the offsets it stands at."""

    iso: str
    start: int
    stop: int


def ascii_digits(text: str) -> str:
    """The text with the digits of other scripts (Arabic, Devanagari, full width …) as ASCII digits."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def parse_date(text: str, *, language: str | None = None, day_first: bool = True) -> str | None:
    """The date that a declared value states, as ISO 8601.

    :param text: the value, for example of ``article:published_time``: ISO in any variant,
        RFC 2822, a Unix time stamp in s or ms, or a date in words.
    :param language: of the page; decides names that mean two months ("listopad": October in
        Croatian, November in Polish). Names of all other lexicons are known anyway.
    :param day_first: how to read 03/05/2024; 25/05/2024 and 05/25/2024 need no telling.
    :returns: ``2024-05-03``, ``2024-05-03T10:15:00`` or ``2024-05-03T10:15:00+02:00``, as much
        as is stated; None if there is no date, or an impossible one.
    """
    text = ascii_digits(text.strip()[:LONGEST_TEXT])
    if not text:
        return None
    if _STAMP.fullmatch(text):
        return _from_stamp(float(text))
    if compact := _COMPACT.match(text):
        return _assembled(compact.groupdict())
    found = find_date(text, language=language, day_first=day_first)
    if found is not None:
        return found.iso
    if short := _SHORT_YEAR.match(text):
        return _numeric(short, 2000 + int(short["year"]), day_first=day_first)
    return None


def find_date(text: str, *, language: str | None = None, day_first: bool = True) -> FoundDate | None:
    """The first full date (day, month and year) in a text, with its time if one stands beside it.

    Parameters as for :func:`parse_date`; only the first 400 characters are searched.
    """
    text = ascii_digits(text[:LONGEST_TEXT])
    if _DIGIT.search(text) is None:
        return None
    best: FoundDate | None = None
    for finder in (_find_iso, _find_cjk):
        found = finder(text)
        if found is not None and (best is None or found.start < best.start):
            best = found
    numeric = _find_numeric(text, day_first=day_first)
    if numeric is not None and (best is None or numeric.start < best.start):
        best = numeric
    if best is None:
        best = _find_in_words(text, language)
    return best


def _from_stamp(stamp: float) -> str | None:
    seconds = stamp / 1000 if stamp >= 1e11 else stamp
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
    return moment.isoformat() if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _find_iso(text: str) -> FoundDate | None:
    for match in _ISO.finditer(text):
        iso = _assembled(match.groupdict())
        if iso is not None:
            return FoundDate(iso, match.start(), match.end())
    return None


def _find_cjk(text: str) -> FoundDate | None:
    match = _CJK.search(text)
    if match is None:
        return None
    return _with_time(text, match.start(), match.end(), int(match["year"]), int(match["month"]), int(match["day"]))


def _find_numeric(text: str, *, day_first: bool) -> FoundDate | None:
    for match in _NUMERIC.finditer(text):
        iso = _numeric(match, int(match["year"]), day_first=day_first)
        if iso is not None:
            return _with_time(text, match.start(), match.end(), *(int(part) for part in iso.split("-")))
    return None


def _numeric(match: regex.Match[str], year: int, *, day_first: bool) -> str | None:
    first, second = int(match["first"]), int(match["second_part"])
    # A point or hyphen between the parts is written day first everywhere.
    if (day_first or match["sep"] != "/" or first > 12) and second <= 12:
        day, month = first, second
    else:
        month, day = first, second
    return _assembled({"year": str(year), "month": str(month), "day": str(day)})


def _find_in_words(text: str, language: str | None) -> FoundDate | None:
    """A date whose month is a word: day month year, month day year or year month day."""
    parts = list(_WORD.finditer(text))
    for position, word in enumerate(parts):
        month = _month(word[0], language)
        if month is None:
            continue
        for year_word, day_word in _year_and_day(text, parts, position):
            start = min(word.start(), year_word.start(), day_word.start())
            stop = max(word.end(), year_word.end(), day_word.end())
            found = _with_time(text, start, stop, _western_year(int(year_word[0])), month, int(day_word[0]))
            if found is not None:
                return found
    return None


def _month(word: str, language: str | None) -> int | None:
    if word[0].isdecimal():
        return None
    # English first, since most pages need no more, and the lexicons take time to load.
    english = _ENGLISH_MONTHS.get(word.lower())
    if english is not None:
        return english
    folded = " ".join(words.split(word))
    return shipped.months_of(language).get(folded) or shipped.month_names().get(folded)


def _western_year(year: int) -> int:
    """Thai pages count the years of the Buddhist era, 543 more than the common one."""
    return year - 543 if FIRST_YEAR + 543 <= year <= LAST_YEAR + 543 else year


def _year_and_day(text: str, parts: list[regex.Match[str]], position: int) -> list[tuple[regex.Match[str], regex.Match[str]]]:
    """The numbers beside a month that can be its year and day, likeliest reading first."""
    before = _number_beside(text, parts, position, -1)
    after = _number_beside(text, parts, position, 1)
    readings = []
    if before is not None and after is not None:
        day, year = parts[before], parts[after]
        if len(day[0]) <= 2 and len(year[0]) == 4:
            readings.append((year, day))
        if len(day[0]) == 4 and len(year[0]) <= 2:
            readings.append((day, year))
    if after is not None and len(parts[after][0]) <= 2:
        later = _number_beside(text, parts, after, 1)
        if later is not None and len(parts[later][0]) == 4:
            readings.append((parts[later], parts[after]))
    return readings


def _number_beside(text: str, parts: list[regex.Match[str]], position: int, step: int) -> int | None:
    """Index of the next number, across at most one short word ("de", "of", "th") and little else."""
    index = position
    for skipped in range(3):
        neighbour = index + step
        if not 0 <= neighbour < len(parts):
            return None
        left, right = sorted((index, neighbour))
        if not _GAP.fullmatch(text, parts[left].end(), parts[right].start()):
            return None
        if parts[neighbour][0].isdecimal():
            return neighbour
        if skipped == 2 or len(parts[neighbour][0]) > 3:
            return None
        index = neighbour
    return None


def _with_time(text: str, start: int, stop: int, year: int, month: int, day: int) -> FoundDate | None:
    parts: dict[str, str | None] = {"year": str(year), "month": str(month), "day": str(day)}
    date = _assembled(parts)
    if date is None:
        return None
    after = _TIME_AFTER.match(text, stop, min(len(text), stop + 45))
    before = None if after else _TIME_BEFORE.search(text[max(0, start - 40) : start])
    timed = after or before
    if timed is not None:
        moment = _assembled({**parts, **timed.groupdict()})
        if moment is not None and "T" in moment:
            end = after.end() if after else stop
            return FoundDate(moment, start, end)
    return FoundDate(date, start, stop)


def _assembled(parts: Mapping[str, str | None]) -> str | None:
    """ISO 8601 from the parts of a date; without its time if that is impossible."""
    year, month, day = (int(parts[name] or 0) for name in ("year", "month", "day"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        date = datetime(year, month, day)  # noqa: DTZ001 - the zone comes with the time
    except ValueError:
        return None
    hour_text = parts.get("hour")
    if hour_text is None:
        return date.date().isoformat()
    hour = int(hour_text)
    half = (parts.get("half") or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    try:
        moment = date.replace(
            hour=hour, minute=int(parts.get("minute") or 0), second=int(parts.get("second") or 0), tzinfo=_zone(parts.get("zone"))
        )
    except ValueError:
        return date.date().isoformat()
    return moment.isoformat()


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    name = name.strip("( ").lower().replace("−", "-")
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    match = regex.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", name)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    # Offsets reach from -12:00 to +14:00; beyond that it was something else.
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


_ENGLISH_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
