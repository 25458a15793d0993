"""The mails about an idea. A body holds its name and a link, never the story or the reason: those stay inside.

It is longer than usual because each mail is a few lines, and all of them are read side by side.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models import Appeal, CoAuthor, Delay, Idea, Merge, Note, SupportRelation, Transition
from ideas.models.sharing import readers_of_news
from incubators.models import Incubator, Membership
from unlimited.mail.actions import cancel_mails, enqueue, enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

# --- Receipts of what the author did ---------------------------------------------------------------------------------

RECEIVED = register(MailKind("idea-received", _("Receipt for an idea")))
CLAIMED = register(MailKind("idea-claimed", _("Receipt for an idea that you made yours")))
WITHDRAWN = register(MailKind("idea-withdrawn", _("Receipt for a withdrawal")))


def mail_received(idea: Idea, log: Transition) -> None:
    """The receipt, once for each time the idea is sent in."""
    facts = {"answer_due_on": idea.answer_due_on.isoformat(), "emergency_words": idea.incubator.emergency_words}
    _tell_author(RECEIVED, idea, log, **facts)


def mail_claimed(idea: Idea, log: Transition) -> None:
    _tell_author(CLAIMED, idea, log)


def mail_withdrawn(idea: Idea, log: Transition) -> None:
    _tell_author(WITHDRAWN, idea, log)


# --- From the incubator's staff to the author -------------------------------------------------------------------------

CHANGES_REQUESTED = register(MailKind("idea-changes-requested", _("Changes asked for")))
ACCEPTED = register(MailKind("idea-accepted", _("An idea is taken in")))
DECLINED = register(MailKind("idea-declined", _("An idea is declined")))
ENDED = register(MailKind("idea-ended", _("The work has ended")))
HIDDEN = register(MailKind("idea-hidden", _("An idea is hidden")))
SHOWN = register(MailKind("idea-shown", _("An idea is shown again")))
REDACTED = register(MailKind("idea-redacted", _("Something is taken out of the public text")))
UNREDACTED = register(MailKind("idea-unredacted", _("Something is put back into the public text")))
PAUSED = register(MailKind("idea-paused", _("An idea is on hold")))
RESUMED = register(MailKind("idea-resumed", _("An idea goes on")))
STEP_CHANGED = register(MailKind("idea-step-changed", _("An idea has a new step")))
MESSAGE = register(MailKind("idea-message", _("Message from the incubator")))


def mail_changes_requested(idea: Idea, log: Transition) -> None:
    _tell_author(CHANGES_REQUESTED, idea, log)


def mail_accepted(idea: Idea, log: Transition) -> None:
    _tell_author(ACCEPTED, idea, log, step=idea.step, is_public=idea.is_public)


def mail_declined(idea: Idea, log: Transition) -> None:
    _tell_author(DECLINED, idea, log)


def mail_step_changed(idea: Idea, log: Transition) -> None:
    _tell_author(STEP_CHANGED, idea, log, step=idea.step)


def mail_paused(idea: Idea, log: Transition) -> None:
    _tell_author(PAUSED, idea, log)


def mail_resumed(idea: Idea, log: Transition) -> None:
    _tell_author(RESUMED, idea, log)


def mail_ended(idea: Idea, log: Transition) -> None:
    _tell_author(ENDED, idea, log)


def mail_hidden(idea: Idea, log: Transition) -> None:
    _tell_author(HIDDEN, idea, log)


def mail_shown(idea: Idea, log: Transition) -> None:
    _tell_author(SHOWN, idea, log)


def mail_redacted(idea: Idea, log: Transition) -> None:
    _tell_author(REDACTED, idea, log)


def mail_unredacted(idea: Idea, log: Transition) -> None:
    _tell_author(UNREDACTED, idea, log)


def mail_message(idea: Idea, note: Note) -> None:
    _to_author(MESSAGE, idea, key=f"{MESSAGE.name}:{note.uuid}")


# --- Between colleagues -----------------------------------------------------------------------------------------------

PASSED_ON = register(MailKind("case-passed-on", _("A case is passed on to you")))


ASKED_ALONG = register(MailKind("case-asked-along", _("You are asked along on a case")))
AUTHOR_WROTE = register(MailKind("case-author-wrote", _("An author has written to you")))
NOTE_MENTION = register(MailKind("note-mention", _("A colleague has named you in a note")))
SENT_IN_AGAIN = register(MailKind("case-sent-in-again", _("An idea is sent in again")))


def mail_passed_on(idea: Idea, log: Transition) -> None:
    """Tell the colleague who has it now, unless they gave it to themselves."""
    _tell_colleagues(PASSED_ON, idea, [log.passed_to], but=log.by, key=f"{idea.uuid}:v{log.revision}")


def mail_asked_along(idea: Idea, log: Transition) -> None:
    """Tell the colleague who works on it too from now on."""
    _tell_colleagues(ASKED_ALONG, idea, [log.passed_to], but=log.by, key=f"{idea.uuid}:v{log.revision}")


def mail_author_wrote(idea: Idea, note: Note) -> None:
    """Tell those who are on the case that the author, or who writes along, has said something."""
    _tell_colleagues(AUTHOR_WROTE, idea, readers_of_news(idea), but=note.author, key=str(note.uuid))


def mail_sent_in_again(idea: Idea, log: Transition) -> None:
    """Tell those who are on the case that the author has changed the idea and waits for an answer."""
    _tell_colleagues(SENT_IN_AGAIN, idea, readers_of_news(idea), but=log.by, key=f"{idea.uuid}:v{log.revision}")


def mail_mentioned(idea: Idea, note: Note, people: Iterable[User]) -> None:
    """Tell `people` that a note names them: the way to it, and nothing of what it says."""
    _tell_colleagues(NOTE_MENTION, idea, people, but=note.author, key=str(note.uuid), at=f"#notat-{note.uuid}")


def _tell_colleagues(
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
                "title": str(idea),
                "incubator": idea.incubator.name,
                "url": absolute("ideas:case", one.language, idea.uuid) + at,
            },
        }
        for one in readers
        if one != but
    )


# --- When a promise is broken -----------------------------------------------------------------------------------------

ANSWER_LATE = register(MailKind("idea-answer-late", _("An answer is late")))
QUIET = register(MailKind("idea-quiet", _("Nothing has happened for a while")))
OUT_OF_TOUCH = register(MailKind("support-quiet", _("A supporter has not been in touch")))
DELAYS = {Delay.Kind.ANSWER: ANSWER_LATE, Delay.Kind.SILENCE: QUIET, Delay.Kind.CONTACT: OUT_OF_TOUCH}


def mail_delays(delays: Iterable[Delay]) -> None:
    """Tell each author of a broken promise, and the new date; and those who write along. One INSERT for all."""
    delays = list(delays)
    enqueue_many(
        _letter(
            DELAYS[delay.kind],
            delay.idea,
            key=_delay_key(DELAYS[delay.kind], delay.idea, delay.new_due_on),
            promised_on=delay.promised_on.isoformat(),
            new_due_on=delay.new_due_on.isoformat(),
        )
        for delay in delays
    )
    _tell_coauthors((one.idea, _delay_key(DELAYS[one.kind], one.idea, one.new_due_on)) for one in delays)


def cancel_delay(idea: Idea) -> None:
    """Take back word of a delay that has not left, for its author hears from the incubator now."""
    keys = [_delay_key(kind, idea, idea.new_due_on) for kind in DELAYS.values()]
    cancel_mails(keys=keys + [_news_key(row, key) for row in idea.coauthors.joined() for key in keys])


def _delay_key(kind: MailKind, idea: Idea, new_due_on: dt.date) -> str:
    return f"{kind.name}:{idea.uuid}:{new_due_on.isoformat()}"


# --- Appeals ----------------------------------------------------------------------------------------------------------

APPEAL_RECEIVED = register(MailKind("appeal-received", _("Receipt for an appeal")))
APPEAL_WAITS = register(MailKind("appeal-waits", _("An appeal waits for an answer")))
APPEAL_ANSWERED = register(MailKind("appeal-answered", _("Answer to an appeal")))


def mail_appeal_received(appeal: Appeal, log: Transition) -> None:
    _tell_author(APPEAL_RECEIVED, appeal.idea, log, answer_due_on=appeal.due_on.isoformat())


def mail_appeal_waits(appeal: Appeal) -> None:
    """Tell each who may answer it."""
    for reader in appeal.answerers:
        snapshot = {
            "title": str(appeal.idea),
            "incubator": appeal.idea.incubator.name,
            "answer_due_on": appeal.due_on.isoformat(),
            "url": absolute("ideas:appeal", reader.language, appeal.uuid),
        }
        key = f"{APPEAL_WAITS.name}:{appeal.uuid}:{reader.uuid}"
        enqueue(kind=APPEAL_WAITS.name, key=key, to=reader.email, language=reader.language, snapshot=snapshot)


def mail_appeal_answered(appeal: Appeal, idea: Idea, log: Transition) -> None:
    facts = {"is_granted": appeal.status == Appeal.Status.GRANTED}
    if idea.is_waiting_for_answer:
        facts["answer_due_on"] = idea.answer_due_on.isoformat()
    _tell_author(APPEAL_ANSWERED, idea, log, **{"answer_due_on": "", **facts})


# --- When an incubator closes -----------------------------------------------------------------------------------------

MOVED = register(MailKind("idea-moved", _("An idea is moved to another incubator")))


def mail_moved(ideas: Iterable[Idea], successor: Incubator) -> None:
    """Tell each author who has the idea now, and those who write along, once for each time it moves."""
    keys = [(idea, f"{MOVED.name}:{idea.uuid}:v{idea.revision + 1}") for idea in ideas]
    enqueue_many(
        _letter(
            MOVED,
            idea,
            key=key,
            successor=successor.name,
            answer_due_on=_promised_on(idea),
            is_closed=True,
        )
        for idea, key in keys
        if idea.author is not None and idea.author.is_active
    )
    _tell_coauthors(keys)


def _promised_on(idea: Idea) -> str:
    """The day by which the author waits for an answer; empty where they wait for none."""
    return (idea.new_due_on or idea.answer_due_on).isoformat() if idea.is_waiting_for_answer else ""


# --- One case becomes two ---------------------------------------------------------------------------------------------

SPLIT = register(MailKind("idea-split", _("An idea becomes two cases")))


def mail_split(idea: Idea, log: Transition) -> None:
    """Tell the author of the second case; the button leads there, and a link to the first."""
    language, new = idea.author.language if idea.author else idea.language, log.other_idea
    url = absolute("ideas:mine_idea", language, new.uuid)
    facts = {"url": url, "first_url": absolute("ideas:mine_idea", language, idea.uuid), "new_title": str(new)}
    _tell_author(SPLIT, idea, log, **facts, answer_due_on=_promised_on(new))


# --- Two cases become one ---------------------------------------------------------------------------------------------

MERGE_ASKED = register(MailKind("merge-asked", _("May two ideas become one?")))
MERGE_OVER = register(MailKind("merge-over", _("Two ideas do not become one")))
MERGED = register(MailKind("idea-merged", _("Two ideas have become one")))


def mail_merge_asked(merge: Merge) -> None:
    """Ask both authors; who wrote both is asked once."""
    _to_author(MERGE_ASKED, merge.source, key=f"{MERGE_ASKED.name}:{merge.uuid}:source")
    if merge.source.author_id != merge.target.author_id or merge.source.author_id is None:
        _to_author(MERGE_ASKED, merge.target, key=f"{MERGE_ASKED.name}:{merge.uuid}:target")


def mail_merge_over(merge: Merge) -> None:
    """Tell who proposed it that it came to nothing: why, stands on the page."""
    who = [merge.proposed_by] if merge.proposed_by and merge.proposed_by.is_active else []
    _tell_colleagues(MERGE_OVER, merge.source, who, but=None, key=str(merge.uuid), at="sla-sammen/")


def mail_merged(idea: Idea, log: Transition) -> None:
    """Tell the author of either what has become of their idea."""
    _tell_author(MERGED, idea, log, is_gone=idea.merged_into_id is not None)


# --- One case moves to another incubator ------------------------------------------------------------------------------

LATER_ASKED = register(MailKind("later-date-asked", _("An incubator asks for a later date")))


def mail_moved_on(idea: Idea, log: Transition, earlier: Incubator) -> None:
    """Tell the author who has the idea now, and that the date stands."""
    facts = {"incubator": earlier.name, "successor": log.way_on_incubator.name}
    _tell_author(MOVED, idea, log, **facts, answer_due_on=_promised_on(idea), is_closed=False)


def mail_later_asked(idea: Idea, log: Transition) -> None:
    """Ask the author about a later date: they answer on the idea's page."""
    dates = {"answer_due_on": _promised_on(idea), "asked_due_on": log.asked_due_on.isoformat()}
    _tell_author(LATER_ASKED, idea, log, **dates)


# --- To the leaders ---------------------------------------------------------------------------------------------------

# One kind for what is late and for a concern, which must not be known by the list of mails sent.
LEADER_NOTICE = register(MailKind("leader-notice", _("Something new for a leader")))


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
            "snapshot": {"incubator": one.incubator.name, "url": absolute("ideas:leader", one.user.language)},
        }
        for one in leaders
    )


# --- Writing together -------------------------------------------------------------------------------------------------

COAUTHOR_INVITATION = register(MailKind("coauthor-invitation", _("Invitation to write along")))
COAUTHOR_NEWS = register(MailKind("coauthor-news", _("News for those who write along")))
HANDED_OVER = register(MailKind("idea-handed-over", _("An idea is handed over")))


def mail_coauthor_invited(coauthor: CoAuthor, by: User) -> None:
    """Send the link. An invitation made anew has another end, so it is another mail."""
    idea, language = coauthor.idea, by.language
    snapshot = {
        "title": str(idea),
        "incubator": idea.incubator.name,
        "inviter": str(by),
        "expires_on": timezone.localdate(coauthor.expires_at).isoformat(),
        "url": absolute("ideas:coauthor_invitation", language, coauthor.uuid, coauthor.token),
    }
    key = f"{COAUTHOR_INVITATION.name}:{coauthor.uuid}:{coauthor.expires_at.isoformat()}"
    about = {"kind": COAUTHOR_INVITATION.name, "key": key, "to": coauthor.email, "language": language}
    enqueue(**about, expires_at=coauthor.expires_at, snapshot=snapshot)


def mail_handed_over(idea: Idea, log: Transition) -> None:
    _tell_author(HANDED_OVER, idea, log)


def _tell_coauthors(news: Iterable[tuple[Idea, str]]) -> None:
    """Tell those who write along that there is news: what it is, they read on the page. One question for all.

    `news` pairs each idea with the key of the mail that its author gets.
    """
    keys = {idea.pk: (idea, key) for idea, key in news}
    rows = CoAuthor.objects.told_of_news().filter(idea__in=keys).select_related("user").order_by("pk")
    if letters := [_news_letter(row, *keys[row.idea_id]) for row in rows]:
        enqueue_many(letters)


def _news_letter(row: CoAuthor, idea: Idea, key: str) -> dict:
    url = absolute("ideas:mine_idea", row.user.language, idea.uuid)
    snapshot = {"title": str(idea), "incubator": idea.incubator.name, "url": url}
    about = {"to": row.user.email, "language": row.user.language, "snapshot": snapshot}
    return {"kind": COAUTHOR_NEWS.name, "key": _news_key(row, key), **about}


def _news_key(row: CoAuthor, key: str) -> str:
    return f"{COAUTHOR_NEWS.name}:{row.uuid}:{key}"


# --- Support ----------------------------------------------------------------------------------------------------------

SUPPORTER_ASKED = register(MailKind("supporter-asked", _("You are asked to support an idea")))
SUPPORTER_OFFERED = register(MailKind("supporter-offered", _("A supporter for your idea")))
SUPPORT_DECLINED = register(MailKind("support-declined", _("Someone said no to working together")))
SUPPORT_STARTED = register(MailKind("support-started", _("You work together from now on")))
SUPPORT_ENDED = register(MailKind("support-ended", _("The work with a supporter has ended")))
SUPPORT_OVER = register(MailKind("support-over", _("An idea that you support is over or has moved")))


def mail_supporter_asked(relation: SupportRelation) -> None:
    _to_staff(SUPPORTER_ASKED, relation, relation.supporter)


def mail_supporter_offered(relation: SupportRelation) -> None:
    key = f"{SUPPORTER_OFFERED.name}:{relation.uuid}"
    _to_author(SUPPORTER_OFFERED, relation.idea, key=key, supporter=str(relation.supporter))


def mail_support_declined(relation: SupportRelation) -> None:
    """Tell those who wait for the answer: who asked, and the supporter who had said yes."""
    waiting = {relation.asked_by, relation.supporter if relation.offered_at else None} - {None, relation.ended_by}
    for reader in waiting:
        _to_staff(SUPPORT_DECLINED, relation, reader)


def mail_support_started(relation: SupportRelation, log: Transition) -> None:
    _tell_author(SUPPORT_STARTED, relation.idea, log, supporter=str(relation.supporter), is_author=True)
    _to_staff(SUPPORT_STARTED, relation, relation.supporter, supporter="", is_author=False)


def mail_support_ended(relation: SupportRelation, log: Transition) -> None:
    """Tell both but the one who ended it."""
    if relation.ended_by != relation.idea.author:
        _tell_author(SUPPORT_ENDED, relation.idea, log, supporter=str(relation.supporter or ""), is_author=True)
    if relation.supporter not in (None, relation.ended_by):
        _to_staff(SUPPORT_ENDED, relation, relation.supporter, supporter="", is_author=False)


def mail_support_over(relations: Iterable[SupportRelation], *, by: User | None) -> None:
    """Tell the supporters of ideas that are over or have moved; the authors are told of that by mails of their own."""
    enqueue_many(
        {
            "kind": SUPPORT_OVER.name,
            "key": f"{SUPPORT_OVER.name}:{row.uuid}",
            "to": row.supporter.email,
            "language": row.supporter.language,
            "snapshot": {"title": str(row.idea), "url": absolute("ideas:supported", row.supporter.language)},
        }
        for row in relations
        if row.supporter not in (None, by) and row.supporter.is_active
    )


def _to_staff(kind: MailKind, relation: SupportRelation, reader: User, **facts) -> None:
    idea, language = relation.idea, reader.language
    url = absolute("ideas:support", language, idea.uuid)
    snapshot = {"title": str(idea), "incubator": idea.incubator.name, "url": url, **facts}
    key = f"{kind.name}:{relation.uuid}:{reader.uuid}"
    if reader.is_active:
        enqueue(kind=kind.name, key=key, to=reader.email, language=language, snapshot=snapshot)


# --- To whom ----------------------------------------------------------------------------------------------------------


def _tell_author(kind: MailKind, idea: Idea, log: Transition, **facts) -> None:
    _to_author(kind, idea, key=f"{kind.name}:{idea.uuid}:v{log.revision}", **facts)


def _to_author(kind: MailKind, idea: Idea, *, key: str, **facts) -> None:
    """Enqueue a mail in the author's language. An idea whose author has left has nobody to tell."""
    if idea.author is not None and idea.author.is_active:
        enqueue(**_letter(kind, idea, key=key, **facts))
    _tell_coauthors([(idea, key)])


def _letter(kind: MailKind, idea: Idea, *, key: str, **facts) -> dict:
    author = idea.author
    url = absolute("ideas:mine_idea", author.language, idea.uuid)
    snapshot = {"title": str(idea), "incubator": idea.incubator.name, "url": url, **facts}
    return {"kind": kind.name, "key": key, "to": author.email, "language": author.language, "snapshot": snapshot}
