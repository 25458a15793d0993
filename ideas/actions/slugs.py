"""The address of an idea: readable, and of no use to who guesses."""

import secrets

from django.utils.text import slugify

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "Ae", "Ø": "O", "Å": "A"})
_TAIL = "abcdefghijkmnpqrstuvwxyz23456789"


def slug_from(title: str) -> str:
    """Words of the title and five random letters, so that two of the same name never meet."""
    tail = "".join(secrets.choice(_TAIL) for _ in range(5))
    words = slugify(title.translate(_LETTERS))[:80].strip("-")
    return f"{words}-{tail}" if words else tail
