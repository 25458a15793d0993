"""The author of an idea erases the account, and with it the idea: mails to those it concerns, without the author."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import title_of
from ideas.models import Appeal, CoAuthor, Idea, SupportRelation
from ideas.models.sharing import readers_of_news
from incubators.contacts import replies_to
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

ERASED = register(MailKind("idea-erased", _("An idea is deleted with its author's account")))


def mail_idea_erased(idea: Idea, *, is_kept: bool) -> None:
    """Tell colleagues on an open case, those who may answer an open appeal, and those who read along.

    Supporters get the mail about the end of their support. `is_kept`: the law keeps the case for its staff.
    """
    supporters = SupportRelation.objects.under_way().filter(idea=idea).values_list("supporter", flat=True)
    appeals = Appeal.objects.open().filter(decision__idea=idea).select_related("decision__idea")
    staff = readers_of_news(idea) if idea.status in Idea.OPEN_STATUSES else []
    staff += [reader for appeal in appeals for reader in appeal.answerers]
    told = {reader: "staff" for reader in staff if reader.pk not in set(supporters)}
    readers = CoAuthor.objects.joined().filter(idea=idea, user__is_active=True).select_related("user").order_by("pk")
    told |= {row.user: "reader" for row in readers}
    enqueue_many(_mail(idea, reader, role, is_kept) for reader, role in told.items() if reader != idea.author)


def mail_merged_idea_erased(ideas: Iterable[Idea]) -> None:
    """Tell the authors of `ideas`, which once became part of an idea that is erased."""
    enqueue_many(_mail(idea, idea.author, "merged", False) for idea in ideas if idea.author and idea.author.is_active)


def _mail(idea: Idea, reader: User, role: str, is_kept: bool) -> dict:
    language = reader.language
    urls = {
        "staff": absolute("ideas:case", language, idea.uuid) if is_kept else absolute("ideas:queue", language),
        "reader": absolute("ideas:mine", language),
        "merged": absolute("ideas:mine_idea", language, idea.uuid),
    }
    snapshot = {
        "title": title_of(idea),
        "incubator": idea.incubator.name,
        **replies_to(idea.incubator),
        "role": role,
        "is_kept": is_kept,
        "url": urls[role],
    }
    key = f"{ERASED.name}:{idea.uuid}:{reader.uuid}"
    return {"kind": ERASED.name, "key": key, "to": reader.email, "language": language, "snapshot": snapshot}
