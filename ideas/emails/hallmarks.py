"""The sheet about the hallmarks: one side has filled it in, or both have."""

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import letter, tell_coauthors, title_of
from ideas.models import Side, TalkSheet
from incubators.contacts import replies_to
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

ANSWERED = register(MailKind("sheet-answered", _("The other one has filled in the talk sheet")))
READY = register(MailKind("sheet-ready", _("Both have filled in the talk sheet")))


def mail_sheet_answered(sheet: TalkSheet, side: Side, supporter: User | None, *, is_first: bool) -> None:
    """Tell the other side; nothing of what was answered is in it. A changed answer is no news."""
    if not (is_first or sheet.closed_at):
        return
    kind = READY if sheet.closed_at else ANSWERED
    key, idea = f"{kind.name}:{sheet.uuid}", sheet.idea
    if side == Side.SUPPORTER:
        if idea.author is not None and idea.author.is_active:
            url = absolute("ideas:my_hallmarks", idea.author.language, idea.uuid)
            enqueue_many([letter(kind, idea, key=key, url=url, is_author=True)])
        tell_coauthors([(idea, key)])
    elif supporter is not None and supporter.is_active:
        url = absolute("ideas:hallmarks", supporter.language, idea.uuid)
        snapshot = {
            "title": title_of(idea),
            "incubator": idea.incubator.name,
            **replies_to(idea.incubator),
            "url": url,
            "is_author": False,
        }
        about = {"to": supporter.email, "language": supporter.language, "snapshot": snapshot}
        enqueue_many([{"kind": kind.name, "key": key, **about}])
