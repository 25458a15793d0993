"""Whom an incubator is for, as its leader states it."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator
from incubators.models.places import FIRST_POSTCODE, LAST_POSTCODE
from unlimited.content.forms import PlainTextField

MOST_AREAS = 200
_DASH = re.compile(r"\s*[-\u2010-\u2015]\s*")


class PostcodesField(PlainTextField):
    """Postcodes as people list them, *0650–0657, 0190*, cleaned to pairs of first and last in order."""

    widget = forms.Textarea

    def clean(self, value) -> list[tuple[str, str]]:
        text = _DASH.sub("-", super().clean(value))
        words = [word for word in re.split(r"[\s,;]+", text) if word]
        if len(words) > MOST_AREAS:
            raise ValidationError(_("That is more than 200. Write the ones next to each other as one from–to."))
        return merged([_pair(word) for word in words])


def _pair(word: str) -> tuple[str, str]:
    first, _dash, last = word.partition("-")
    last = last or first
    if not (re.fullmatch(r"[0-9]{4}", first) and re.fullmatch(r"[0-9]{4}", last)) or word.endswith("-"):
        raise ValidationError(
            _("“%(word)s” is no postcode. Write four digits, or two postcodes with a dash between them."),
            params={"word": word[:20]},
        )
    if not FIRST_POSTCODE <= first <= last <= LAST_POSTCODE:
        raise ValidationError(
            _("“%(word)s” does not work. Postcodes go from 0001 to 9991, the lower one first."),
            params={"word": word},
        )
    return first, last


def merged(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the same postcodes, in order, as few pairs as they need."""
    result: list[tuple[str, str]] = []
    for first, last in sorted(pairs):
        if result and int(first) <= int(result[-1][1]) + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


class AreasForm(forms.Form):
    """Neighbourhoods and postcodes. `seen_at` says how the incubator was when the leader read it."""

    use_required_attribute = False

    neighbourhoods = PlainTextField(
        label=_("Neighbourhoods"),
        help_text=_("The names people use, with a comma between, such as: Tøyen, Kampen."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    postcodes = PostcodesField(
        label=_("Postcodes"),
        help_text=_("One by one or from–to, with a comma between, such as: 0190, 0650–0657."),
        max_length=3000,
        required=False,
    )
    seen_at = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, incubator: Incubator) -> "AreasForm":
        """Return the form with what the incubator states now."""
        postcodes = ", ".join(str(area) for area in incubator.postcode_areas.all())
        return cls(
            initial={
                "neighbourhoods": incubator.neighbourhoods,
                "postcodes": postcodes,
                "seen_at": incubator.updated_at.isoformat(),
            }
        )

    def again(self, current: Incubator) -> "AreasForm":
        """Return the same words, not saved: somebody else was first. Saving them again is now a choice."""
        data = self.data.copy()
        data["seen_at"] = current.updated_at.isoformat()
        form = AreasForm(data)
        form.add_error(
            None,
            _(
                "Somebody else has changed this while you wrote. Your words are below and not saved yet. "
                "Look at the incubator's page first; save again if yours should stand."
            ),
        )
        return form
