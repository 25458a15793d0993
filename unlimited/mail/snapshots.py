"""What a mail remembers: plain JSON that any database row, header and page can hold."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from unlimited.content.text import clean_text

LONGEST = 10_000


def fit(snapshot: dict) -> dict:
    """Return `snapshot` as plain JSON without harmful characters, each text cut to a bound.

    It is kept by the business transaction, so bad input must never stop that.
    """
    return _fit(json.loads(json.dumps(snapshot, cls=DjangoJSONEncoder, allow_nan=False)))


def fit_text(text: str, longest: int = LONGEST) -> str:
    """Return `text` without what a database or a header does not take, at most `longest` long."""
    text = clean_text(text[: 2 * longest])
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _fit(value):
    if isinstance(value, str):
        return fit_text(value)
    if isinstance(value, list):
        return [_fit(item) for item in value]
    if isinstance(value, dict):
        return {fit_text(key): _fit(item) for key, item in value.items()}
    return value
