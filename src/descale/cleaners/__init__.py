"""The cleaners, one file a family. Their order changes nothing; it is that of the documentation."""

from descale.cleaner import Cleaner
from descale.cleaners import (
    advert,
    byline,
    caption,
    comments,
    consent,
    footer,
    foreign,
    navigation,
    newsletter,
    paywall,
    promo,
    related,
    share,
)

CLEANERS: tuple[Cleaner, ...] = (
    paywall.CLEANER,
    newsletter.CLEANER,
    related.CLEANER,
    consent.CLEANER,
    share.CLEANER,
    comments.CLEANER,
    navigation.CLEANER,
    advert.CLEANER,
    byline.CLEANER,
    caption.CLEANER,
    promo.CLEANER,
    footer.CLEANER,
    foreign.CLEANER,
)
