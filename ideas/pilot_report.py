"""The pilot report that trials make by themselves: what a page and a document say, in the language of the reader."""

import io

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from PIL import Image

from ideas.models import Idea, Trial
from unlimited.content.templatetags.site_text import day

MOST, MOST_PICTURES = 200, 12
# Enough for half a page in print.
PRINTED_SIDE = 800


def pilot_report(idea: Idea) -> dict:
    """Return the trials with their facts, the sums in words, and both for a document. Two questions in all."""
    trials = list(idea.trials.all()[:MOST])
    sums = Trial.objects.filter(idea=idea).summed() if trials else {}
    totals = _totals(sums) if trials else []
    told = [(trial, _facts(trial)) for trial in trials]
    return {"trials": told, "totals": totals, "document": _document(idea, told, totals)}


def _totals(sums: dict) -> list[list[str]]:
    """The sums of what somebody wrote down, each with how many trials it is of; nothing stands for nothing."""
    labels = {
        "asked": _("Asked"),
        "tried": _("Tried it"),
        "decided": _("Helped to decide"),
        "kroner": _("Cost in kroner"),
    }
    rows = [[_("Trials"), str(sums["count"])]]
    for name, label in labels.items():
        if sums[f"{name}_sum"] is not None:
            of = {"sum": intcomma(sums[f"{name}_sum"]), "written": sums[f"{name}_written"], "count": sums["count"]}
            rows.append([label, _("%(sum)s (from %(written)s of %(count)s trials)") % of])
    return rows


def _document(idea: Idea, told: list[tuple[Trial, list[list[str]]]], totals: list[list[str]]) -> dict:
    return {
        "about": [[_("Idea"), str(idea)], [_("Incubator"), idea.incubator.name if idea.incubator else ""], *totals],
        "trials": [{"heading": str(trial), "facts": facts, "texts": _texts(trial)} for trial, facts in told],
    }


def with_pictures(document: dict, trials: list[Trial]) -> dict:
    """Return the document's facts with the pictures that those in them have agreed to, the first MOST_PICTURES."""
    pictured = [trial for trial in trials if trial.picture and trial.picture_agreed][:MOST_PICTURES]
    pictures = {trial.pk: {"bytes": _printed(trial), "alt": trial.picture_alt} for trial in pictured}
    both = zip(document["trials"], trials, strict=True)
    return document | {"trials": [facts | {"picture": pictures.get(trial.pk)} for facts, trial in both]}


def _printed(trial: Trial) -> list[int]:
    """The picture, small, as plain numbers: a document's facts are JSON. None of them where the file is gone."""
    out = io.BytesIO()
    try:
        with trial.picture.storage.open(trial.picture.name) as file, Image.open(file) as picture:
            picture.thumbnail((PRINTED_SIDE, PRINTED_SIDE))
            picture.convert("RGB").save(out, "JPEG", quality=80)
    except FileNotFoundError:
        return []
    return list(out.getvalue())


def _facts(trial: Trial) -> list[list[str]]:
    days = [day(one) for one in (trial.first_on, trial.last_on) if one]
    rows = [[_("Where"), trial.place], [_("When"), " – ".join(days)]]
    for name, label in (("asked", _("Asked")), ("tried", _("Tried it")), ("decided", _("Helped to decide"))):
        number = getattr(trial, name)
        rows.append([label, "" if number is None else intcomma(number)])
    rows.append([_("Cost in kroner"), "" if trial.kroner is None else intcomma(trial.kroner)])
    return [row for row in rows if row[1]]


def _texts(trial: Trial) -> list[list[str]]:
    rows = [
        [_("What happened"), trial.happened],
        [_("What we learnt"), trial.learnt],
        [_("What we change"), trial.change],
    ]
    return [row for row in rows if row[1]]
