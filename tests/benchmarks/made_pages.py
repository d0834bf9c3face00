"""Pages and texts made up for the benchmarks: the shape of real ones, the words of none.

The same arguments always give the same page.
"""

from __future__ import annotations

import random

_SYLLABLES = ("ba", "den", "for", "gil", "ha", "lo", "mer", "nu", "pos", "ri", "sta", "ter", "un", "ve", "wil", "zan")
_SMALL_WORDS = ("the", "of", "and", "to", "in", "a", "that", "for", "was", "on", "with", "as")
#: With these a page has what the corpora's have on average: 1,100 elements, 300,000 characters.
_LINKS_IN_MENU = 150
_TEASERS = 90
_SCRIPT_LINES = 2500


def _word(chance: random.Random) -> str:
    if chance.random() < 0.4:  # about the share of function words in English prose
        return chance.choice(_SMALL_WORDS)
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4)))


def _attributes(number: int) -> str:
    """Return attributes as pages carry them for styling and for counting clicks."""
    tracked = f'data-track="{{&quot;module&quot;:&quot;list&quot;,&quot;position&quot;:{number}}}"'
    return f'id="item-{number}" data-module="list-{number}" {tracked} aria-label="Item {number}" tabindex="0"'


def sentence(chance: random.Random, words: int) -> str:
    """Return one made-up sentence."""
    found = " ".join(_word(chance) for _ in range(words))
    return f"{found.capitalize()}."


def paragraphs(chance: random.Random, words: int) -> list[str]:
    """Return paragraphs of together at least so many words."""
    found: list[str] = []
    while words > 0:
        lengths = [chance.randint(8, 24) for _ in range(chance.randint(2, 5))]
        found.append(" ".join(sentence(chance, length) for length in lengths))
        words -= sum(lengths)
    return found


def article_text(words: int, seed: int = 0) -> str:
    """Return an article without boilerplate as text, a paragraph a line."""
    return "\n".join(paragraphs(random.Random(seed), words))  # noqa: S311 - made-up text


def article_page(seed: int = 0, words: int = 800) -> str:
    """Return a news page: head, menus, article, teasers, footer, scripts (300,000 characters)."""
    chance = random.Random(seed)  # noqa: S311
    title = sentence(chance, 9)
    body = "\n".join(f"<p>{text}</p>" for text in paragraphs(chance, words))
    menu = "\n".join(
        f'<li class="nav-item nav-item--{n}"><a href="/s/{n}" {_attributes(n)}>{_word(chance)} {_word(chance)}</a></li>'
        for n in range(_LINKS_IN_MENU)
    )
    teasers = "\n".join(
        f'<div class="teaser card" {_attributes(n)}><a href="/a/{n}" {_attributes(n)}><img src="/i/{n}.jpg" alt="">'
        f"<h3>{sentence(chance, 8)}</h3></a>"
        f"<span>{chance.randint(1, 28)} May 2024</span></div>"
        for n in range(_TEASERS)
    )
    script = "".join(f"window.data[{n}]={{id:{n},name:'{_word(chance)}'}};" for n in range(_SCRIPT_LINES))
    style = "".join(f".c{n}{{margin:{n}px;color:#{n:06x}}}" for n in range(600))
    data = f'{{"@type":"NewsArticle","headline":"{title}","datePublished":"2024-05-17","author":{{"name":"Ann Example"}}}}'
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title><style>{style}</style>'
        f'<script type="application/ld+json">{data}</script><script>{script}</script></head><body>'
        f'<header><nav class="menu"><ul>{menu}</ul></nav></header><main><article><h1>{title}</h1>'
        f'<div class="byline">By Ann Example</div><div class="body">{body}</div></article>'
        f'<aside class="related"><h2>Most viewed</h2>{teasers}</aside></main>'
        f"<footer><ul>{menu}</ul><p>© 2024. All rights reserved.</p></footer><script>{script}</script></body></html>"
    )


def flat_page(characters: int) -> str:
    """Return a page of at least so many characters: one article, paragraph after paragraph."""
    chance = random.Random(0)  # noqa: S311
    stock = [f"<p>{text}</p>" for text in paragraphs(chance, 4000)]
    found: list[str] = []
    size = 0
    while size < characters:
        # Numbered, since no real page repeats its paragraphs.
        found.append(stock[len(found) % len(stock)].replace("<p>", f"<p>Number {len(found)} "))
        size += len(found[-1])
    return f"<html><body><article><h1>Long</h1>{''.join(found)}</article></body></html>"


def flat_text(characters: int) -> str:
    """Return text of at least so many characters, a paragraph a line."""
    chance = random.Random(0)  # noqa: S311
    stock = paragraphs(chance, 4000)
    found: list[str] = []
    size = 0
    while size < characters:
        found.append(f"Number {len(found)} {stock[len(found) % len(stock)]}")
        size += len(found[-1]) + 1
    return "\n".join(found)


def deep_page(depth: int, characters: int = 250_000) -> str:
    """Return an article so many elements deep, with prose on the innermost level."""
    prose = "".join(f"<p>{text}</p>" for text in paragraphs(random.Random(0), characters // 6))  # noqa: S311
    return f"<html><body>{'<div>' * depth}{prose}{'</div>' * depth}</body></html>"
