"""Declared or visible bylines -> the names of the authors."""

from __future__ import annotations

import functools
import html
from collections.abc import Iterable, Sequence

import regex

from descale import shipped, words
from descale.language import is_function_word

#: Longest name, in characters and in words; longer strings are sentences.
LONGEST_NAME = 60
MOST_NAME_WORDS = 7
#: Most names of one article; longer lists are of contributors or of a menu.
MOST_NAMES = 12

#: Most words of a name read off the page.
MOST_VISIBLE_WORDS = 5
_EDGES = ' \t\n,;:|-–—•·/"“”’'
#: After a name, these begin its place or date.
_PREPOSITIONS = frozenset({"on", "in", "at", "am", "for", "from", "published", "updated", "posted", "last"})
#: Parts of names that are written small.
_PARTICLES = frozenset(["de", "del", "della", "di", "da", "dos", "das", "do", "du", "des", "la", "le", "les", "los", "von", "vom", "van", "der", "den", "ten", "ter", "zu", "zum", "zur", "und", "y", "e", "i", "bin", "ibn", "al", "el", "ben", "af", "av", "d'", "l'", "s'", "'t"])  # fmt: skip
_CALENDAR = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "sat",
    "sun", "january", "jan", "february", "feb", "march", "mar", "april", "apr", "may", "june", "jun", "july", "jul",
    "august", "aug", "september", "sep", "sept", "october", "oct", "november", "nov", "december", "dec", "today",
    "yesterday",
})  # fmt: skip

#: Names of accounts, not of people, as content management systems fill them in.
_ACCOUNTS = frozenset(
    {
        "admin",
        "administrator",
        "webmaster",
        "editor",
        "root",
        "user",
        "guest",
        "anonymous",
        "unknown",
        "null",
        "none",
        "undefined",
        "author",
        "default",
        "na",
        "n a",
        "by",
    }
)
_ADDRESS = regex.compile(r"\S+@\S+\.\w+|(?:https?://|www\.)\S+|(?<!\w)@\w+")
_IN_BRACKETS = regex.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_CJK_LABEL = regex.compile(
    r"^(?:责任编辑|責任編輯|编辑|編輯|作者|记者|記者|文|撰文|来源|來源|特约记者|本报记者|通讯员)\s*[:：/／|丨]\s*|^(?:本报记者|記者|记者)\s*|\s*(?:記者|记者)$"
)
_CJK_INSIDE = regex.compile(
    r"(?:作者|記者|记者|撰文|執筆|著者)\s*[:：/／]?\s*([\p{Han}\p{Hiragana}\p{Katakana}·]{2,12}(?:[、，]\s*[\p{Han}·]{2,12}){0,3})(?=$|[\s|）)\]】])"
)
_CJK_SPLIT = regex.compile(r"[、，,/／|丨；;]|\s{2,}")
#: "and" between the last two names, in the languages of the lexicons.
_AND = (
    "and",
    "und",
    "et",
    "e",
    "y",
    "en",
    "og",
    "och",
    "ja",
    "i",
    "és",
    "si",
    "și",
    "și",
    "ve",
    "và",
    "dan",
    "и",
    "і",
    "й",
    "та",
    "και",
    "و",
    "और",
    "a",
    "ir",
    "un",
    "with",
    "mit",
    "con",
    "avec",
    "&",
    "&amp;",
)
_SPLIT = regex.compile(r"\s*(?:[;|•·‖]|,|\s/\s|\n)\s*")
_AND_SPLIT = regex.compile(r"\s+(?:" + "|".join(regex.escape(word) for word in _AND) + r")\s+", regex.IGNORECASE)
_OF_ORGANIZATION = regex.compile(r"\b(?:for|of|für|pour|para|per|voor)\b", regex.IGNORECASE)
#: Academic and professional letters behind a name, which are no name of their own.
_LETTERS_BEHIND = regex.compile(
    r"^(?:[A-Z][A-Za-z]{0,3}\.?){1,4}$|^(?:Jr|Sr|II|III|IV|Ph\.?\s?D|M\.?D|MBA|MS|MA|BSc|MSc|RDN?|FAND|CPA|Esq|Editor|DO|RN|PharmD)\.?$"
)
#: Words of a role or a desk, never of a name.
_ROLE_WORDS = frozenset({
    "reporter", "reporters", "correspondent", "correspondents", "editor", "editors", "writer", "columnist", "journalist",
    "journalists", "contributor", "staff", "desk", "bureau", "newsroom", "team", "producer", "photographer", "analyst",
    "director", "manager", "president", "founder", "chief", "ceo", "professor", "senior", "deputy", "political", "business",
    "sports", "health", "science", "news", "special", "freelance", "contributing", "executive", "associate", "assistant",
    "managing", "author", "blogger", "redaktion", "redakteur", "redakteurin", "korrespondent", "reporterin", "journalistin",
    "redaccion", "redactor", "redactora", "redaccio", "redaction", "redacteur", "redactie", "redacao", "redazione",
    "redakcja", "redakcji", "redaktor", "redakce", "editorial",
})  # fmt: skip


def author_names(values: Iterable[str], *, site: str | None = None, visible: bool = False) -> tuple[str, ...]:
    """Take the names out of bylines.

    :param values: strings that hold one or more names, perhaps with "By", roles, addresses.
    :param site: the site's name, which is no author.
    :param visible: the strings were read off the page, not declared: they can go on with a
        place, a date or the sections of a menu, so the names must look like names.
    :returns: the names in order, each once. Accounts ("admin"), addresses, roles and the
        site itself are left out.
    """
    names: list[str] = []
    seen: set[str] = set()
    site_key = _key(site) if site else None
    for value in values:
        found = _split(value, visible=visible)
        for name in _likely(found) if visible else found:
            key = _key(name)
            if not key or key in seen or key == site_key or key in _ACCOUNTS:
                continue
            seen.add(key)
            names.append(name)
    return tuple(names[:MOST_NAMES])


def _likely(names: list[str]) -> list[str]:
    """The names of a visible byline: none in lower case, no single word after a full name."""
    if not names or not _looks_written_as_name(names[0], alone=len(names) == 1):
        return []
    full = len(names[0].split()) > 1
    return [
        name
        for name in names
        if _looks_written_as_name(name, alone=len(names) == 1) and (not full or " " in name or _CJK.search(name))
    ]


def _looks_written_as_name(name: str, *, alone: bool) -> bool:
    parts = name.split()
    if is_byline_word(name) or parts[0].lower().strip(":") in _CALENDAR | _PREPOSITIONS:
        return False
    if alone and len(parts) == 1 and name.isalnum():
        return True  # the name of an account: "annbee"
    if len(parts) > MOST_VISIBLE_WORDS or not parts[0][0].isalpha() or parts[-1][0].islower():
        return False
    return not any(part[0].islower() and part not in _PARTICLES for part in parts)


def _key(name: str) -> str:
    return " ".join(words.split(name))


def _split(value: str, *, visible: bool) -> list[str]:
    """The names in one string."""
    value = html.unescape(html.unescape(value)).replace("\u00a0", " ").strip()
    if regex.match(r"(?:https?:)?//|www\.", value):
        return []
    value = _ADDRESS.sub(" ", _IN_BRACKETS.sub("", value))
    value = without_byline_words(value.strip(_EDGES))
    if _CJK.search(value):
        return _split_cjk(value)
    if value.isupper() and len(value) > 4 and " " in value:
        value = value.title()
    names: list[str] = []
    for part in _parts(value):
        name = without_byline_words(part.strip(_EDGES))
        name = _without_date(name) if visible else name
        if _LETTERS_BEHIND.match(name) and names:
            continue
        if _is_name(name, alone=not names):
            names.append(name)
    return names


def _parts(value: str) -> list[str]:
    """The string at its commas and the like; at "and" only between full names."""
    parts: list[str] = []
    for part in _SPLIT.split(value):
        halves = _AND_SPLIT.split(part)
        # "Centre for Disease Control and Prevention" is one name.
        parts.extend(halves if all(" " in half.strip() for half in halves) and not _OF_ORGANIZATION.search(part) else [part])
    return parts


def _without_date(name: str) -> str:
    """The name without a date or place that follows it ("Ann Bee on Tuesday", "Ann Bee - Mar 27")."""
    kept: list[str] = []
    for word in name.split():
        if word[0].isdecimal() or (kept and word.lower() in _PREPOSITIONS):
            break
        kept.append(word)
    while kept and (kept[-1].strip(".,").lower() in _CALENDAR or not any(c.isalpha() for c in kept[-1])):
        kept.pop()
    return " ".join(kept).strip(_EDGES)


def _split_cjk(value: str) -> list[str]:
    names = []
    for part in _CJK_SPLIT.split(value):
        name = _CJK_LABEL.sub("", part.strip()).strip(" :：")
        if 2 <= len(name) <= 20 and not regex.search(r"\d", name):
            names.append(name)
    return names


def _is_name(name: str, *, alone: bool) -> bool:
    """Whether a part of a byline can be a name: short, with letters, not a role.

    "Editorial Team" is no name; "Moneybags Editorial Team" is one as long as no person's
    name stands before it.
    """
    if not 2 <= len(name) <= LONGEST_NAME or len(name.split()) > MOST_NAME_WORDS:
        return False
    if not any(c.isalpha() for c in name) or regex.search(r"[?!:<>{}=_#©]|\.\.\.|…", name):
        return False
    role_words = [word in _ROLE_WORDS for word in words.split(name)]
    return not all(role_words) if alone else not any(role_words)


@functools.cache
def _byline_starts() -> dict[str, tuple[tuple[str, ...], ...]]:
    """What stands before a name, as folded words, filed under the first word, longest first.

    "From" and the like are real prepositions, so the lexicon's words count only here,
    where the string is known to be a byline.
    """
    filed: dict[str, list[tuple[str, ...]]] = {}
    for phrase in shipped.byline_words():
        start = tuple(phrase.split())
        if start:
            filed.setdefault(start[0], []).append(start)
    return {first: tuple(sorted(starts, key=lambda start: (-len(start), start))) for first, starts in filed.items()}


def without_byline_words(text: str) -> str:
    """The text without the words that introduce a name ("By", "Von", "Texte de")."""
    return text[byline_words_length(text) :].lstrip(" \t:：-–—|/")


def byline_words_length(text: str) -> int:
    """How many characters of byline words the text begins with; 0 if none."""
    folded: Sequence[str] = words.split(text[:80])
    for start in _byline_starts().get(folded[0], ()) if folded else ():
        if len(folded) > len(start) and tuple(folded[: len(start)]) == start:
            stop = words.spans(text[:80])[len(start) - 1][1]
            following = text[stop : stop + 1]
            if following.isspace() or following in {":", "：", "/", "|", "-"} or words.has_character_script(text[:stop]):
                return stop
    return 0


def begins_as_byline(text: str) -> bool:
    """Whether a line begins with what introduces a name.

    Prepositions may stand before a single name ("By Reuters"). Other words need a colon or two names, for what they
    mean in one language begins a heading in another: "Text Messaging".
    """
    stop = byline_words_length(text)
    folded = words.split(text[:80])
    if not stop or len(folded) != 2 or not text[stop].isspace():
        return stop > 0
    return is_function_word(folded[0])


def labelled_names(text: str) -> tuple[str, ...]:
    """Names behind a Chinese or Japanese label inside a line ("发布于 2024-05-03 作者：…")."""
    match = _CJK_INSIDE.search(text)
    return tuple(_split_cjk(match[1])) if match else ()


def is_byline_word(text: str) -> bool:
    """Whether a text is nothing but what introduces a name, as where "By" has a line of its own."""
    folded = tuple(words.split(text[:40]))
    return len(text) < 40 and bool(folded) and folded in _byline_starts().get(folded[0], ())
