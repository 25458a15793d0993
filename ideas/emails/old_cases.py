"""A case was closed long ago, and its time is over in a month: a warning to those who wrote it."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import title_of
from ideas.models import Idea
from incubators.contacts import replies_to
from incubators.models import Incubator
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, Priority, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

OLD_CASE = register(MailKind("case-old", _("A closed case is soon too old to be kept"), priority=Priority.BULK))


def old_case_key(idea: Idea, person: User) -> str:
    """Return the key of the warning: one for each person and each time that the case was closed."""
    return f"{OLD_CASE.name}:{idea.uuid}:{idea.over_since:%Y-%m-%d}:{person.uuid}"


def mail_cases_old(people: Mapping[Idea, Iterable[User]], *, goes_on: dt.datetime) -> None:
    """Warn those who wrote each case, once."""
    day = timezone.localdate(goes_on).isoformat()
    enqueue_many(_mail(idea, person, day) for idea, some in people.items() for person in some)


def _mail(idea: Idea, person: User, day: str) -> dict:
    language = person.language
    snapshot = {
        "title": title_of(idea),
        "incubator": idea.incubator.name,
        **replies_to(idea.incubator),
        "goes_on": day,
        "is_kept": idea.incubator.legal_status == Incubator.LegalStatus.PUBLIC,
        "url": absolute("ideas:mine_idea", language, idea.uuid),
    }
    key = old_case_key(idea, person)
    return {"kind": OLD_CASE.name, "key": key, "to": person.email, "language": language, "snapshot": snapshot}
