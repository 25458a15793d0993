"""Who hears of an idea, in whose language and with which link: what the mails of all areas share."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.models import CoAuthor, Idea, Transition
from incubators.contacts import replies_to
from unlimited.mail.actions import cancel_mails_about, enqueue, enqueue_many, forget_subjects
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.mail.subjects import Named, named, register_subject
from unlimited.users.models import User

register_subject("idea", instead=_("An idea whose author's details are deleted"))
register_subject("idea-text", instead="")
COAUTHOR_NEWS = register(MailKind("coauthor-news", _("News for those who write along")))


def title_of(idea: Idea) -> Named:
    """Return what mails call the idea, marked so that it can be taken out of them once the idea is erased."""
    return about_idea(str(idea), idea)


def about_idea(words: str, idea: Idea) -> Named:
    """Return words that name the idea, marked likewise."""
    return named(words, f"idea:{idea.uuid}")


def typed_about(words: str, idea: Idea) -> Named:
    """Return words that somebody typed about the idea, such as where to meet: erased, they leave a gap."""
    return named(words, f"idea-text:{idea.uuid}")


def cancel_mails_about_idea(idea: Idea) -> None:
    """Take back what has not left about an idea that ends with its author's account."""
    cancel_mails_about(subjects=_subjects(idea))


def forget_idea_in_mails(idea: Idea) -> None:
    """Take the idea's name out of all mails to others."""
    forget_subjects(subjects=_subjects(idea))


def _subjects(idea: Idea) -> list[str]:
    return [f"idea:{idea.uuid}", f"idea-text:{idea.uuid}"]


def tell_author(kind: MailKind, idea: Idea, log: Transition, **facts) -> None:
    to_author(kind, idea, key=log_key(kind, idea, log), **facts)


def log_key(kind: MailKind, idea: Idea, log: Transition) -> str:
    """Return the key of a mail to the author about one change of the idea."""
    return f"{kind.name}:{idea.uuid}:v{log.revision}"


def to_author(kind: MailKind, idea: Idea, *, key: str, **facts) -> None:
    """Enqueue a mail in the author's language, and news to those who write along."""
    to_author_alone(kind, idea, key=key, **facts)
    tell_coauthors([(idea, key)])


def to_author_alone(kind: MailKind, idea: Idea, *, key: str, **facts) -> None:
    """Enqueue a mail in the author's language. An idea whose author's details are deleted has nobody to tell."""
    if idea.author is not None and idea.author.is_active:
        enqueue(**letter(kind, idea, key=key, **facts))


def letter(kind: MailKind, idea: Idea, *, key: str, **facts) -> dict:
    author = idea.author
    url = absolute("ideas:mine_idea", author.language, idea.uuid)
    snapshot = {
        "title": title_of(idea),
        "incubator": idea.incubator.name,
        **replies_to(idea.incubator),
        "url": url,
        **facts,
    }
    return {"kind": kind.name, "key": key, "to": author.email, "language": author.language, "snapshot": snapshot}


def tell_coauthors(
    news: Iterable[tuple[Idea, str]], *, but: Iterable[User | None] = (), is_one_thing: bool = False
) -> None:
    """Tell those who write along that there is news: what it is, they read on the page. One question for all.

    `news` pairs each idea with the key of the mail that its author gets. `but` are told by another mail.
    `is_one_thing`: the ideas share the news, so a person who writes along in several of them gets one mail.
    """
    keys = {idea.pk: (idea, key) for idea, key in news}
    told = {person.pk for person in but if person is not None}
    rows = CoAuthor.objects.told_of_news().filter(idea__in=keys).exclude(user__in=told)
    rows = rows.select_related("user").order_by("pk")
    if is_one_thing:
        rows = {row.user_id: row for row in rows}.values()
    if letters := [_news_letter(row, *keys[row.idea_id]) for row in rows]:
        enqueue_many(letters)


def _news_letter(row: CoAuthor, idea: Idea, key: str) -> dict:
    url = absolute("ideas:mine_idea", row.user.language, idea.uuid)
    snapshot = {
        "title": title_of(idea),
        "incubator": idea.incubator.name,
        **replies_to(idea.incubator),
        "url": url,
    }
    about = {"to": row.user.email, "language": row.user.language, "snapshot": snapshot}
    return {"kind": COAUTHOR_NEWS.name, "key": news_key(row, key), **about}


def news_key(row: CoAuthor, key: str) -> str:
    return f"{COAUTHOR_NEWS.name}:{row.uuid}:{key}"


def tell_colleagues(
    kind: MailKind, idea: Idea, readers: Iterable[User], *, but: User | None, key: str, at: str = ""
) -> None:
    """Send the way to the case to each of `readers`, without `but` who did it; `at` is the place on its page."""
    enqueue_many(
        {
            "kind": kind.name,
            "key": f"{kind.name}:{key}:{one.uuid}",
            "to": one.email,
            "language": one.language,
            "snapshot": {
                "title": title_of(idea),
                "incubator": idea.incubator.name,
                **replies_to(idea.incubator),
                "url": absolute("ideas:case", one.language, idea.uuid) + at,
            },
        }
        for one in readers
        if one != but
    )


def promised_on(idea: Idea) -> str:
    """The day by which the author waits for an answer; empty where they wait for none."""
    return (idea.new_due_on or idea.answer_due_on).isoformat() if idea.is_waiting_for_answer else ""
