"""Text that people type, made safe to store and to show: one way of writing the same letters, nothing invisible."""

import re
import unicodedata

# Left out without a word, since nobody types them on purpose: control characters (NUL among them; tab and newline
# stay), halves of surrogate pairs, which no database takes, and the marks that turn the direction of other text.
# Joiners stay (emoji and Persian need them), and so do the plain direction marks of Arabic and Hebrew.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_NEWLINES = re.compile("\r\n|[\r\x85\u2028\u2029]")


def clean_text(text: str) -> str:
    """Return `text` with Unix newlines, composed letters and none of the characters that only do harm."""
    text = _INVISIBLE.sub("", _NEWLINES.sub("\n", text))
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """Like clean_text, for what is one line."""
    return re.sub(r"[\n\t]+", " ", clean_text(text))
