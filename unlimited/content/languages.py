"""Texts that staff keep in each language, because they are data and not words of ours."""

from django.conf import settings
from django.utils.translation import get_language


def in_our_language(*, nb: str, nn: str, en: str) -> str:
    """Return the text in the language of the page; another where that one is empty."""
    texts = {"nb": nb, "nn": nn, "en": en}
    return texts.get(get_language() or settings.LANGUAGE_CODE, "") or nb or nn or en
