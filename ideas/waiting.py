"""What waits on a person in the ideas they work with: on the author's page, on the supporter's and the desk's front."""

from ideas.models import Agreement, Meeting, NextStep, Side, SupportRelation, TalkSheet, ideas_worked_with

MOST = 10


def waits_on(user, side: Side) -> dict:
    """Return what is to be answered, ended or done, by kind; of each what is due first, at most MOST."""
    ideas = ideas_worked_with(user, side)
    return {
        "meetings": Meeting.objects.waiting_on(side, ideas)[:MOST],
        "steps": NextStep.objects.waiting_on(side, ideas)[:MOST],
        "agreements": Agreement.objects.waiting_on(side, ideas)[:MOST],
        "sheets": TalkSheet.objects.waiting_on(side, ideas)[:MOST],
        "offers": _offers(user) if side == Side.AUTHOR else (),
        "asked": _asked(user) if side == Side.SUPPORTER else (),
    }


def _offers(user):
    """Supporters who would like to work with one's idea."""
    offered = SupportRelation.objects.filter(status=SupportRelation.Status.OFFERED, idea__author=user)
    return offered.select_related("idea", "supporter").order_by("asked_at")[:MOST]


def _asked(user):
    """Ideas that one is asked to support."""
    asked = SupportRelation.objects.of_supporter(user).filter(status=SupportRelation.Status.ASKED)
    return asked.select_related("idea").order_by("asked_at")[:MOST]
