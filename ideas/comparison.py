"""Two versions of an idea side by side: which words went, and which came."""

import difflib
import re
from dataclasses import dataclass
from itertools import chain

from django.utils.functional import Promise

from ideas.models import Idea, Version
from ideas.models.redaction import FIELDS

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Piece:
    """Some words in a row that are in both texts, or in this one alone."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One answer that is not the same in both versions."""

    question: str | Promise
    older: list[Piece]
    newer: list[Piece]


def differences(older: Version, newer: Version) -> list[Difference]:
    """Return what differs, in the order of the form."""
    return [
        Difference(Idea._meta.get_field(name).verbose_name, *_pieces(older.texts[name], newer.texts[name]))
        for name in FIELDS
        if older.texts[name] != newer.texts[name]
    ]


def _pieces(older: str, newer: str) -> tuple[list[Piece], list[Piece]]:
    old, new = _words(older), _words(newer)
    left, right = [], []
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(None, old, new).get_opcodes():
        is_same = kind == "equal"
        left.append(Piece(SAME if is_same else GONE, "".join(old[old_from:old_to])))
        right.append(Piece(SAME if is_same else NEW, "".join(new[new_from:new_to])))
    return [piece for piece in left if piece.text], [piece for piece in right if piece.text]


def _words(text: str) -> list[str]:
    """Return words and what is between them, so that joined they are the text again."""
    return list(filter(None, chain.from_iterable(re.findall(r"(\w+)|(\W)", text))))
