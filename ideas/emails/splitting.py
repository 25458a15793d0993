"""One case becomes two."""

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import promised_on, tell_author, title_of
from ideas.models import Idea, Transition
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute

SPLIT = register(MailKind("idea-split", _("An idea becomes two cases")))


def mail_split(idea: Idea, log: Transition) -> None:
    """Tell the author of the second case; the button leads there, and a link to the first."""
    language, new = idea.author.language if idea.author else idea.language, log.other_idea
    url = absolute("ideas:mine_idea", language, new.uuid)
    facts = {"url": url, "first_url": absolute("ideas:mine_idea", language, idea.uuid), "new_title": title_of(new)}
    tell_author(SPLIT, idea, log, **facts, answer_due_on=promised_on(new))
