"""What waits on a person in the ideas they work with: on the author's page, on the supporter's and the desk's front."""

from ideas.links import make_measurement_token
from ideas.models import (
    Agreement,
    Idea,
    MeasurementRequest,
    Meeting,
    NextStep,
    Side,
    SupportRelation,
    TalkSheet,
    ideas_of_side,
)

MOST = 10


def waits_on(user, side: Side) -> dict:
    """Return what is to be answered, ended or done, by kind; of each what is due first, at most MOST."""
    of_side = ideas_of_side(user, side).order_by().values("pk")
    ideas = of_side.filter(status__in=SupportRelation.SUPPORTED)
    taken_in = of_side.filter(status__in=Idea.PUBLIC_STATUSES)
    return {
        "meetings": Meeting.objects.waiting_on(side, ideas)[:MOST],
        "steps": NextStep.objects.waiting_on(side, ideas)[:MOST],
        "agreements": Agreement.objects.waiting_on(side, ideas)[:MOST],
        "sheets": TalkSheet.objects.waiting_on(side, ideas)[:MOST],
        "offers": _offers(user) if side == Side.AUTHOR else (),
        "measurements": _measurements(user, taken_in) if side == Side.AUTHOR else (),
        "asked": _asked(user) if side == Side.SUPPORTER else (),
    }


def _offers(user):
    """Supporters who would like to work with one's idea."""
    offered = SupportRelation.objects.filter(status=SupportRelation.Status.OFFERED, idea__author=user)
    return offered.select_related("idea", "supporter").order_by("asked_at")[:MOST]


def _measurements(user, ideas) -> list[tuple[Idea, str]]:
    """Those of `ideas` that one is asked for a number about, ended ones too; and the key to each question."""
    asked = MeasurementRequest.objects.waiting().filter(idea__in=ideas).select_related("idea").order_by("asked_at")
    return [(one.idea, make_measurement_token(one, user)) for one in asked[:MOST]]


def _asked(user):
    """Ideas that one is asked to support."""
    asked = SupportRelation.objects.of_supporter(user).filter(status=SupportRelation.Status.ASKED)
    return asked.select_related("idea").order_by("asked_at")[:MOST]
