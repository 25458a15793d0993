"""When a promise is broken: the author hears why and until when, the leaders that there is something to look at."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import letter, news_key, tell_coauthors
from ideas.models import Delay, Idea
from incubators.contacts import replies_to
from incubators.models import Membership
from unlimited.mail.actions import cancel_mails, enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

ANSWER_LATE = register(MailKind("idea-answer-late", _("An answer is late")))
QUIET = register(MailKind("idea-quiet", _("Nothing has happened for a while")))
OUT_OF_TOUCH = register(MailKind("support-quiet", _("A supporter has not been in touch")))
DELAYS = {Delay.Kind.ANSWER: ANSWER_LATE, Delay.Kind.SILENCE: QUIET, Delay.Kind.CONTACT: OUT_OF_TOUCH}
# One kind for what is late and for a concern, which must not be known by the list of mails sent.
LEADER_NOTICE = register(MailKind("leader-notice", _("Something new for a leader")))


def mail_delays(delays: Iterable[Delay]) -> None:
    """Tell each author of a broken promise, and the new date; and those who write along. One INSERT for all.

    An author without an account has no mail: their slip says it.
    """
    delays = [delay for delay in delays if delay.idea.author is not None]
    enqueue_many(
        letter(
            DELAYS[delay.kind],
            delay.idea,
            key=_delay_key(DELAYS[delay.kind], delay.idea, delay.new_due_on),
            promised_on=delay.promised_on.isoformat(),
            new_due_on=delay.new_due_on.isoformat(),
        )
        for delay in delays
    )
    tell_coauthors((one.idea, _delay_key(DELAYS[one.kind], one.idea, one.new_due_on)) for one in delays)


def cancel_delay(idea: Idea) -> None:
    """Take back word of a delay that has not left, for its author hears from the incubator now."""
    keys = [_delay_key(kind, idea, idea.new_due_on) for kind in DELAYS.values()]
    cancel_mails(keys=keys + [news_key(row, key) for row in idea.coauthors.joined() for key in keys])


def _delay_key(kind: MailKind, idea: Idea, new_due_on: dt.date) -> str:
    return f"{kind.name}:{idea.uuid}:{new_due_on.isoformat()}"


def mail_leaders(incubators: Iterable[int], *, key: str, but: User | None = None) -> None:
    """Tell those who lead the incubators with these ids, without `but` who knows it, to look at their list."""
    leaders = Membership.objects.current().filter(incubator__in=incubators, role=Membership.Role.LEADER)
    leaders = leaders.filter(user__is_active=True).exclude(user=but).select_related("user", "incubator")
    enqueue_many(
        {
            "kind": LEADER_NOTICE.name,
            "key": f"{LEADER_NOTICE.name}:{key}:{one.incubator_id}:{one.user.uuid}",
            "to": one.user.email,
            "language": one.user.language,
            "snapshot": {
                "incubator": one.incubator.name,
                **replies_to(one.incubator),
                "url": absolute("ideas:leader", one.user.language),
            },
        }
        for one in leaders
    )
