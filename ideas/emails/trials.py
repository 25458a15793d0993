"""The other side has written down a trial: once a day at most."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import title_of, to_author
from ideas.models import Side, Trial
from incubators.contacts import replies_to
from unlimited.mail.actions import enqueue
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

WRITTEN = register(MailKind("trial-written", _("A trial is written down")))


def mail_trial_written(trial: Trial, supporter: User | None) -> None:
    """Tell the other side, once a day for each idea; what was tried is read on the page."""
    idea = trial.idea
    key = f"{WRITTEN.name}:{idea.uuid}:{timezone.localdate().isoformat()}:{trial.side}"
    if trial.side == Side.SUPPORTER:
        language = idea.author.language if idea.author else idea.language
        url = absolute("ideas:my_trials", language, idea.uuid)
        to_author(WRITTEN, idea, key=key, url=url, is_author=True)
    elif supporter is not None and supporter.is_active:
        url = absolute("ideas:trials", supporter.language, idea.uuid)
        snapshot = {
            "title": title_of(idea),
            "incubator": idea.incubator.name,
            **replies_to(idea.incubator),
            "url": url,
            "is_author": False,
        }
        enqueue(kind=WRITTEN.name, key=key, to=supporter.email, language=supporter.language, snapshot=snapshot)
