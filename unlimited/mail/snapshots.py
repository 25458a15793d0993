"""What a mail remembers: plain JSON that any database row, header and page can hold."""

import json
import re

from django.core.serializers.json import DjangoJSONEncoder

LONGEST = 10_000
# All control characters but tab and line feed, lone surrogates, and the marks that turn text around.
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def fit(snapshot: dict) -> dict:
    """Return `snapshot` as plain JSON without unfit characters, each text cut to a bound.

    It is kept by the business transaction, so bad input must never stop that.
    """
    return _fit(json.loads(json.dumps(snapshot, cls=DjangoJSONEncoder, allow_nan=False)))


def fit_text(text: str, longest: int = LONGEST) -> str:
    """Return `text` without unfit characters, at most `longest` long."""
    text = UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _fit(value):
    if isinstance(value, str):
        return fit_text(value)
    if isinstance(value, list):
        return [_fit(item) for item in value]
    if isinstance(value, dict):
        return {fit_text(key): _fit(item) for key, item in value.items()}
    return value
