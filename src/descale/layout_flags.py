"""What an element's tag, class, id and role say about its place on the page, as bits.

The words of class names are no rules: dropping whatever is called "related" loses more
articles than it saves. They are features, weighed together with text and position.

Class names are split at case changes and non-letters ("relatedPosts-list" is related,
posts, list), so a word here is one such piece. Plurals in -s are found through the
singular.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORDS: Final[dict[str, str]] = {
    "navigation": "nav navi navbar navigation menu submenu breadcrumb crumb toolbar tabbar tab topnav subnav pagination pager paging paginator sitemap rubrik",
    "header": "header head masthead topbar top hero kopf cabecera",
    "footer": "footer foot colophon bottom copyright legal imprint impressum pie fuss stopka",
    "aside": "aside sidebar rail side right left widget column col sidecol portlet marginal",
    "comment": "comment disqus reply replies respond discussion kommentar kommentare komentarz komentarze comentario commentaire commento guestbook pinglun",
    "related": "related recommend recommended recommendation recirc recirculation more popular trending mostread most latest similar also next previous prev teaser outbrain taboola suggest suggested suggestion upsell crosssell promo zobacz podobne verwandt relacionada relacionado hot top rank ranking tuijian",
    "share": "share sharing social sociable addthis sharethis follow facebook twitter whatsapp pinterest sns telegram bookmark bookmarks teilen compartir partage bdshare fenxiang",
    "newsletter": "newsletter subscribe subscription subscriber signup mailing optin mailchimp email abo abonnement mail",
    "account": "paywall regwall premium piano login logon register registration account member user anmelden",
    "consent": "cookie consent gdpr cmp onetrust privacy didomi",
    "overlay": "modal popup overlay dialog lightbox toast tooltip drawer offcanvas flyout dropdown",
    "advert": "ad ads adv advert advertisement advertising sponsor sponsored dfp banner promoted affiliate adsense google werbung anzeige reklama publicidad publicite pub reklam guanggao",
    "author": "author autor auteur byline bio biography contributor avatar profile writer columnist journalist",
    "meta": "meta date datum data time timestamp published posted tag category kicker eyebrow label info byline source postmeta fecha",
    "topic": "topic tag tags category categories keyword section rubric channel hub",
    "caption": "caption credit gallery slideshow carousel slider swiper slick photo image img picture foto bildunterschrift legende video player media",
    "hidden": "hidden hide invisible sr screen visually offscreen skip print noprint collapse none",
    "article": "article artikel articulo story post entry news newsarticle blog nota noticia artykul page hentry statya wenzhang single",
    "content": "content body text txt copy prose rich rte wysiwyg markdown richtext articlebody maincontent bodytext fulltext storybody articletext tresc contenido cuerpo texte testo inhalt zhengwen neirong",
    "main": "main primary central center centre middle mid",
    "summary": "summary excerpt lead lede intro dek deck standfirst subtitle abstract sub chapeau vorspann zajawka anons",
    "title": "title headline heading hed titre titulo titel tytul biaoti",
    "list": "list grid card tile item archive feed loop row collection catalog lista liste ul li index box block",
    "product": "product price cart shop sku variant buy checkout swatch stock shipping order",
    "review": "review rating star testimonial vote poll survey quiz",
    "forum": "forum thread message question answer post qa topic bbs board viewtopic postbody",
    "contents": "toc contents jump anchor onthispage outline",
    "form": "form search filter facet sort field input select option",
    "action": "cta button btn action download trial demo offer coupon donate donation support tool print",
    "tabs": "faq accordion tab tabs toggle panel expand details spec feature",
    "notice": "disclaimer disclosure notice alert note warning correction editor hint info",
}
_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "tag_article": ("article",),
    "tag_main": ("main",),
    "tag_nav": ("nav", "menu"),
    "tag_header": ("header",),
    "tag_footer": ("footer",),
    "tag_aside": ("aside",),
    "tag_form": ("form", "fieldset"),
    "tag_figure": ("figure", "figcaption"),
    "tag_table": ("table",),
    "tag_list": ("ul", "ol", "dl"),
    "tag_quote": ("blockquote",),
    "tag_section": ("section",),
    "tag_control": ("button", "select", "option", "optgroup", "datalist", "textarea"),
    "tag_summary": ("summary", "details"),
    "tag_noscript": ("noscript", "noframes"),
}
_SIGNS: Final = ("out_of_sight", "article_property", "article_body_property")

#: Names of the flags; the place in this tuple is the number of the bit.
FLAG_NAMES: Final[tuple[str, ...]] = (*_WORDS, *_TAGS, *_SIGNS)
#: The bit of each flag by name, ready to be tested: ``flags & FLAGS["tag_nav"]``.
FLAGS: Final[Mapping[str, int]] = MappingProxyType({name: 1 << number for number, name in enumerate(FLAG_NAMES)})
#: Flags of what a reader does not see: ``hidden``, ``display:none``, ``aria-hidden``.
OUT_OF_SIGHT: Final = FLAGS["out_of_sight"]
#: Flags by tag name.
TAG_FLAGS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **{tag: FLAGS[name] for name, tags in _TAGS.items() for tag in tags},
        "dialog": FLAGS["overlay"],
    }
)
ROLE_FLAGS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "navigation": FLAGS["tag_nav"],
        "menu": FLAGS["tag_nav"],
        "menubar": FLAGS["tag_nav"],
        "banner": FLAGS["tag_header"],
        "contentinfo": FLAGS["tag_footer"],
        "complementary": FLAGS["tag_aside"],
        "main": FLAGS["tag_main"],
        "article": FLAGS["tag_article"],
        "dialog": FLAGS["overlay"],
        "alertdialog": FLAGS["overlay"],
        "search": FLAGS["tag_form"],
        "button": FLAGS["tag_control"],
    }
)
_BODY_PROPERTIES: Final = frozenset({"articlebody", "text", "reviewbody", "recipeinstructions"})
_ARTICLE_PROPERTIES: Final = frozenset({"description", "mainentity", "acceptedanswer", "blogpost"})

_WORD_FLAGS: Final[dict[str, int]] = {}
for _name, _listed in _WORDS.items():
    for _word in _listed.split():
        _WORD_FLAGS[_word] = _WORD_FLAGS.get(_word, 0) | FLAGS[_name]

_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LONGEST_NAME: Final = 400
_MOST_NAMES: Final = 20_000


class _KnownNames(dict[str, int]):
    """Flags by class or id as written; emptied when full, which changes speed and never a result."""

    def __missing__(self, name: str) -> int:
        if len(self) >= _MOST_NAMES:
            self.clear()
        flags = 0
        for piece in _PIECE.findall(name[:_LONGEST_NAME]):
            flags |= _word_flags(piece.lower())
        self[name] = flags
        return flags


_known_names = _KnownNames()


def name_flags(class_name: str | None, identifier: str | None) -> int:
    """Flags of the words in a class and an id."""
    return (_known_names[class_name] if class_name else 0) | (_known_names[identifier] if identifier else 0)


def _word_flags(word: str) -> int:
    flags = _WORD_FLAGS.get(word)
    if flags is None and word.endswith("s"):
        flags = _WORD_FLAGS.get(word[:-1])
    return flags or 0


def property_flags(value: str) -> int:
    """Flags of an ``itemprop``."""
    names = set(value.lower().split())
    flags = FLAGS["article_body_property"] if names & _BODY_PROPERTIES else 0
    return flags | (FLAGS["article_property"] if names & _ARTICLE_PROPERTIES else 0)


def style_flags(value: str) -> int:
    """Flags of an inline ``style``."""
    style = value.replace(" ", "").lower()
    return OUT_OF_SIGHT if "display:none" in style or "visibility:hidden" in style else 0
