"""Names in Norwegian order. The database sorts by code point, so Æ, Ø and Å are moved behind Z by an expression."""

from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Collate, Lower

# Sámi letters sort with the Latin ones they are built on, Swedish ones with their Norwegian siblings.
_LETTERS = "æäøöåáàčđéèŋóŧšžü"
_PLACES = "{{||}aacdeenotszu"


def norwegian(field: str) -> Collate:
    """Return an expression for order_by() that sorts the text of `field` as a Norwegian list does."""
    folded = Func(Lower(F(field)), Value(_LETTERS), Value(_PLACES), function="translate", output_field=CharField())
    return Collate(folded, "C")
