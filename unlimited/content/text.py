"""Text that people type, made safe to store and to show: one way of writing the same letters, nothing invisible."""

import re
import unicodedata

# Left out without a word, since they are never typed on purpose: control characters (NUL among them; tab and newline
# stay), halves of surrogate pairs, which no database takes, and the marks that turn the direction of other text.
# Joiners stay (emoji and Persian need them), and so do the plain direction marks of Arabic and Hebrew.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# No language puts more than three marks on a letter; forty of them stand over the lines of others.
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TOO_MANY_MARKS = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
# Six digits, also in groups, that are no part of a longer number.
_SIX_DIGITS = re.compile(r"(?<!\d)(?<!\d[\s-])\d(?:[\s-]?\d){5}(?![\s-]?\d)")
# Joiners, spaces, marks without a letter; and letters that are drawn as nothing.
_UNSEEN_CATEGORIES = {"Cf", "Cn", "Co", "Mn", "Zl", "Zp", "Zs"}
_UNSEEN_LETTERS = set("\n\t\u115f\u1160\u2800\u3164\uffa0")


def clean_text(text: str) -> str:
    """Return `text` with Unix newlines, composed letters and none of the characters that only do harm.

    Empty where nothing of it would be seen: an idea of that name could not be clicked.
    """
    text = _INVISIBLE.sub("", _NEWLINES.sub("\n", text))
    text = _TOO_MANY_MARKS.sub(r"\1", unicodedata.normalize("NFC", text))
    return text if any(map(_is_seen, text)) else ""


def _is_seen(character: str) -> bool:
    return character not in _UNSEEN_LETTERS and unicodedata.category(character) not in _UNSEEN_CATEGORIES


def code_in(text: str) -> str:
    """Return the six digits in what was pasted as a code: without spaces, invisible characters and the words around.

    Where there is no such number, or more than one, the text comes back without what is not seen.
    """
    text = "".join(character for character in clean_line(text) if unicodedata.category(character) != "Cf").strip()
    found = {"".join(str(unicodedata.digit(c)) for c in match if c.isdecimal()) for match in _SIX_DIGITS.findall(text)}
    return found.pop() if len(found) == 1 else text


def clean_line(text: str) -> str:
    """Like clean_text, for what is one line."""
    return re.sub(r"[\n\t]+", " ", clean_text(text))
