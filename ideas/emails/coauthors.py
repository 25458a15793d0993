"""Writing together, and handing an idea over."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import tell_author, title_of
from ideas.models import CoAuthor, Idea, Transition
from incubators.contacts import replies_to
from unlimited.mail.actions import enqueue
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.emails import name_of
from unlimited.users.models import User

COAUTHOR_INVITATION = register(MailKind("coauthor-invitation", _("Invitation to write along")))
HANDED_OVER = register(MailKind("idea-handed-over", _("An idea is handed over")))


def mail_coauthor_invited(coauthor: CoAuthor, by: User) -> None:
    """Send the link. An invitation made anew has another end, one that has moved another link: each is another mail."""
    idea, language = coauthor.idea, by.language
    snapshot = {
        "title": title_of(idea),
        "incubator": idea.incubator.name,
        **replies_to(idea.incubator),
        "inviter": name_of(by),
        "expires_on": timezone.localdate(coauthor.expires_at).isoformat(),
        "url": absolute("ideas:coauthor_invitation", language, coauthor.uuid, coauthor.token),
    }
    key = f"{COAUTHOR_INVITATION.name}:{coauthor.uuid}:{coauthor.expires_at.isoformat()}:{coauthor.token[:8]}"
    about = {"kind": COAUTHOR_INVITATION.name, "key": key, "to": coauthor.email, "language": language}
    enqueue(**about, expires_at=coauthor.expires_at, snapshot=snapshot)


def mail_handed_over(idea: Idea, log: Transition) -> None:
    tell_author(HANDED_OVER, idea, log)
