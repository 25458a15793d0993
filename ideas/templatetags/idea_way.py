"""An idea's way in steps and in one sentence, and the colour of its status: one picture on every page."""

from django import template
from django.utils.translation import gettext as _

from ideas.models import Idea
from unlimited.content.templatetags.site_text import day

register = template.Library()

Status = Idea.Status
COLORS = {
    Status.DRAFT: "neutral",
    Status.SUBMITTED: "info",
    Status.CHANGES_REQUESTED: "warning",
    Status.ACCEPTED: "success",
    Status.PAUSED: "warning",
}


@register.simple_tag
def status_color(idea: Idea) -> str:
    return COLORS.get(idea.status, "neutral")


def _reached(idea: Idea) -> int:
    """Return the place in the row where the idea stands: 0 sent in, 1 answered, 2 to 4 the three steps."""
    if idea.status == Status.DRAFT:
        return 0
    return 2 + Idea.Step.values.index(idea.step) if idea.step else 1


@register.simple_tag
def way(idea: Idea) -> list[dict[str, str]]:
    """Return the steps, each with its name and whether it is `done`, `now` or `next`."""
    names = [_("Sent in"), _("Answer"), *Idea.Step.labels]
    if idea.status == Status.DECLINED:
        names = names[:2]
    reached = _reached(idea)
    has_stopped = idea.status in (Status.DECLINED, Status.ENDED, Status.WITHDRAWN, Status.MERGED)
    states = ["done" if place < reached else "next" for place in range(len(names))]
    states[reached] = "done" if has_stopped else "now"
    if idea.status == Status.WITHDRAWN and not idea.step:
        states[1] = "next"
    return [{"name": name, "state": state} for name, state in zip(names, states, strict=True)]


@register.simple_tag
def way_words(idea: Idea) -> str:
    """Return where the idea stands now, in one sentence that anyone may read."""
    if idea.status == Status.SUBMITTED:
        return _waiting_words(idea)
    if idea.status == Status.ACCEPTED:
        return {
            Idea.Step.TRY: _("The idea is being tried out on a small scale now."),
            Idea.Step.DO: _("The idea is being carried out now, together with others."),
            Idea.Step.BUILD: _("The idea is now being built into something that lasts."),
        }[idea.step]
    if idea.established_at:
        return _("The idea stands on its own feet now.")
    return {
        Status.DRAFT: _("Not sent in yet. Nobody else sees it."),
        Status.CHANGES_REQUESTED: _("The incubator has asked for changes. Then the idea can be sent in again."),
        Status.DECLINED: _("The incubator could not take the idea in, and has said why."),
        Status.PAUSED: _("On hold for now."),
        Status.ENDED: _("The work with the idea has ended."),
        Status.WITHDRAWN: _("Withdrawn by its author."),
        Status.MERGED: _("Goes on together with another idea."),
    }[idea.status]


def _waiting_words(idea: Idea) -> str:
    due = {"day": day(idea.answer_due_on)}
    if idea.is_overdue:
        if idea.new_due_on:
            return _("The answer is late. It was promised by %(day)s. The new date is %(new_day)s.") % {
                **due,
                "new_day": day(idea.new_due_on),
            }
        return _("The answer is late. It was promised by %(day)s.") % due
    return _("Waits for an answer, by %(day)s at the latest.") % due
