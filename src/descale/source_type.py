"""Telling HTML from text, also where text talks about tags and where HTML is a fragment."""

from __future__ import annotations

import re

_SAMPLE = 20_000
_MIN_TAGGED_LINES = 0.3
_TAGS = (
    "a|abbr|article|aside|b|blockquote|body|br|center|code|dd|div|dl|dt|em|figure|font|footer|h[1-6]|head|header|hr|html|i|img|"
    "iframe|li|link|main|meta|nav|noscript|ol|p|pre|s|script|section|small|span|strong|style|sub|sup|table|tbody|td|th|title|tr|u|ul"
)
_DOCUMENT_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_STARTS_WITH_TAG = re.compile(rf"\s*(?:<!--.*?-->\s*)*<(?:{_TAGS})(?:\s[^<>]*)?(?:/?>|\Z)", re.IGNORECASE | re.DOTALL)
# In HTML a tag clings to what it marks ("<p>Text</p>"); in a sentence about tags blanks
# or quotes stand around it ("the <p> tag", "`<p>`").
_MENTION = re.compile(rf"(?:^|[\s\"'`“‘(])</?(?:{_TAGS})>(?=[\s\"'`”’).,;:]|$)", re.IGNORECASE)
_CLOSING_OR_VOID = re.compile(r"</\w+\s*>|<(?:br|hr|img|meta|link)\b", re.IGNORECASE)


def looks_like_html(source: str) -> bool:
    """Tell whether ``source`` is HTML: a document, or a fragment in which tags mark the text."""
    sample = source[:_SAMPLE].lstrip("\ufeff")
    if _DOCUMENT_START.match(sample):
        return True
    tags = len(_TAG.findall(sample))
    starts_with_tag = _STARTS_WITH_TAG.match(sample) is not None
    if starts_with_tag and not tags:
        return True
    if not tags or not (starts_with_tag or _CLOSING_OR_VOID.search(sample)):
        return False
    if starts_with_tag and not _TAG.sub("", sample).strip():
        return True
    mentions = sum(_is_mention(match, sample) for match in _MENTION.finditer(sample))
    if mentions * 2 > tags:
        return False
    if starts_with_tag:
        return True
    lines = [line for line in sample.splitlines() if line.strip()]
    return sum(_TAG.search(line) is not None for line in lines) >= _MIN_TAGGED_LINES * len(lines)


def _is_mention(match: re.Match[str], sample: str) -> bool:
    """A tag alone on its line is markup, not a mention."""
    start = sample.rfind("\n", 0, match.end() - 1) + 1
    stop = sample.find("\n", match.end())
    line = sample[start : stop if stop >= 0 else len(sample)].strip()
    return _TAG.fullmatch(line) is None
