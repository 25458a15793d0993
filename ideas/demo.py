"""Ideas to try the site with, in nb and nn, one at least in every status, each with the history that led there.

They are made up, and so are the people. Days are counted back from today, so that the demo never grows old.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.utils import timezone

from ideas.actions.desk_entry import write_down_idea
from ideas.actions.merging import agree_to_merge, propose_merge
from ideas.actions.moving import ask_for_later_date, days_to_ask_for, move_idea
from ideas.actions.notes import write_to_author
from ideas.actions.redaction import redact_idea
from ideas.actions.splitting import split_idea
from ideas.actions.submission import CONSENT_TEXT
from ideas.codes import hash_of
from ideas.demo_agreements import agree_on_money
from ideas.demo_effect import show_effect
from ideas.demo_hallmarks import talk
from ideas.demo_meetings import meet
from ideas.demo_report import report_to_municipality
from ideas.demo_steps import LATER, work_at_later_steps
from ideas.demo_stories import tell_stories
from ideas.demo_texts import (
    ANSWER_TEXTS,
    APPEALS,
    ASKED,
    CONCERN,
    CONCERN_TOLD,
    DEMO_CODE,
    IDEAS,
    LATER_BECAUSE,
    LIBRARY,
    MERGED_BECAUSE,
    MOVED_BECAUSE,
    SPLIT_OFF,
    TAKEN_OUT,
    TALK,
    TOLD,
    TOLD_ANSWER,
    TOLD_BY,
)
from ideas.demo_trials import try_out
from ideas.models import (
    AnswerTemplate,
    Appeal,
    CoAuthor,
    Concern,
    ConcernEntry,
    DeskEntry,
    Idea,
    Note,
    Partner,
    SupportRelation,
    TeamMember,
    Theme,
    Transition,
    Version,
)
from ideas.models.notes import mentioned_in
from incubators.actions.promises import tell_of_delays
from incubators.models import Incubator
from unlimited.users.models import Consent, User
from unlimited.users.staff_access import without_session

NAMESPACE = uuid.UUID("6a0d1f5e-3a34-4d5e-9a53-0d3f6f1b7c11")
NEIGHBOURS = {
    "naboen@example.no": "Fatima Demo",
    "ungdommen@example.no": "Elias Demo",
    "bestemora@example.no": "Gudrun Demo",
    "treneren@example.no": "Mohammed Demo",
}
STAFF = {
    "toyen-unlimited": "moderator@example.no",
    "nasjonalt-mottak": "nasjonal@example.no",
}
Kind, Status = Transition.Kind, Idea.Status
# From each kind of change to the status it leads to.
LEADS_TO = {
    Kind.SUBMITTED: Status.SUBMITTED,
    Kind.CHANGES_REQUESTED: Status.CHANGES_REQUESTED,
    Kind.ACCEPTED: Status.ACCEPTED,
    Kind.RESUMED: Status.ACCEPTED,
    Kind.DECLINED: Status.DECLINED,
    Kind.PAUSED: Status.PAUSED,
    Kind.ENDED: Status.ENDED,
    Kind.WITHDRAWN: Status.WITHDRAWN,
    Kind.APPEAL_GRANTED: Status.SUBMITTED,
}


@dataclass
class Story:
    """One idea of the demo while it is being told."""

    idea: Idea
    texts: dict
    staff: User | None
    changes: list[Transition] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@without_session()
def load() -> None:
    """Make what is missing. What is there already stays as it is."""
    for email, name in NEIGHBOURS.items():
        if not User.objects.filter(email=email).exists():
            User.objects.create_user(email, name=name)
    missing = [key for key in IDEAS if not Idea.objects.filter(uuid=_uuid(key)).exists()]
    for key in missing:
        _tell(key, **IDEAS[key])
    if missing:
        tell_of_delays()
    _go_on_with(missing)
    _keep_answers_ready()
    _fear_for_somebody()
    _appeal()
    _write_together()
    _work_together()
    _support()
    work_at_later_steps({key: _uuid(key) for key in LATER})
    _tell_at_the_desk()
    report_to_municipality()


def _go_on_with(missing: list[str]) -> None:
    """What staff do with ideas that have just been told, by the actions themselves."""
    for key in TAKEN_OUT.keys() & missing:
        _take_out(key)
    if "venn-i-friminuttet" in missing:
        _move("venn-i-friminuttet", to="toyen-unlimited")
    if "spraakkafe" in missing:
        _merge("spraakkafe", into="spraakvandring")
    if "benker-langs-skoleveien" in missing:
        _split("benker-langs-skoleveien")


def _merge(key: str, *, into: str) -> None:
    """Let two ideas become one: both authors have said yes."""
    ideas = Idea.objects.select_related("incubator", "author")
    source, target = (ideas.get(uuid=_uuid(one)) for one in (key, into))
    by = User.objects.get(email="moderator@example.no")
    merge = propose_merge(source=source, target=target, by=by, reason=MERGED_BECAUSE)
    for author in (source.author, target.author):
        agree_to_merge(merge=merge, by=author)


def _split(key: str) -> None:
    """Let a moderator make a second case of a text that holds two ideas."""
    idea, by = Idea.objects.get(uuid=_uuid(key)), User.objects.get(email="moderator@example.no")
    split_idea(idea=idea, by=by, seen_revision=idea.revision, **SPLIT_OFF)


def _take_out(key: str) -> None:
    """Let a moderator take the words out that name others."""
    idea, (passages, reason) = Idea.objects.select_related("incubator").get(uuid=_uuid(key)), TAKEN_OUT[key]
    by = User.objects.get(email=STAFF[idea.incubator.slug])
    redact_idea(idea=idea, by=by, seen_revision=idea.revision, passages=passages, reason=reason)


def _move(key: str, *, to: str) -> None:
    """Let the national intake move a case, and who gets it ask its author for a later date."""
    idea, place = Idea.objects.get(uuid=_uuid(key)), Incubator.objects.get(slug=to)
    intake, there = (User.objects.get(email=STAFF[slug]) for slug in ("nasjonalt-mottak", to))
    idea = move_idea(idea=idea, by=intake, seen_revision=idea.revision, to=place, reason=MOVED_BECAUSE)
    asked = {"day": days_to_ask_for(idea)[1], "reason": LATER_BECAUSE}
    ask_for_later_date(idea=idea, by=there, seen_revision=idea.revision, **asked)


def _keep_answers_ready() -> None:
    """What a leader has written for the answers of one incubator."""
    place = Incubator.objects.get(slug="toyen-unlimited")
    for kind, language, name, texts in ANSWER_TEXTS:
        about = {"incubator": place, "kind": kind, "language": language, "name": name}
        AnswerTemplate.objects.get_or_create(**about, defaults=texts)
    Partner.objects.get_or_create(incubator=place, name="Nabolagsbiblioteket (eksempel)", defaults=LIBRARY)


def _write_together() -> None:
    """One idea that a neighbour writes along in, and one who is asked to."""
    idea = Idea.objects.get(uuid=_uuid("suppe-paa-torget"))
    neighbour = User.objects.get(email="naboen@example.no")
    for email, facts in (
        (neighbour.email, {"user": neighbour, "status": CoAuthor.Status.JOINED, "joined_at": _at(30)}),
        ("bestemora@example.no", {"role": CoAuthor.Role.READ}),
    ):
        facts |= {"invited_at": _at(31), "expires_at": timezone.now() + CoAuthor.LASTS}
        CoAuthor.objects.get_or_create(idea=idea, email=email, defaults=facts)


def _work_together() -> None:
    """One case that its moderator and the leader have together, with what they and a colleague say about it."""
    idea = Idea.objects.get(uuid=_uuid("suppe-paa-torget"))
    people = {name: User.objects.get(email=f"{name}@example.no") for name in ("moderator", "leder", "vikar")}
    TeamMember.objects.get_or_create(idea=idea, user=people["leder"], defaults={"added_by": people["moderator"]})
    for number, (days_ago, by, audience, answers, body) in enumerate(TALK):
        parent = Note.objects.get(uuid=_uuid(f"talk-{answers}")) if answers is not None else None
        facts = {"idea": idea, "author": people[by], "audience": audience, "reply_to": parent, "body": body}
        facts["created_at"] = _at(days_ago)
        note, is_new = Note.objects.get_or_create(uuid=_uuid(f"talk-{number}"), defaults=facts)
        if is_new:
            note.mentioned.set(mentioned_in(body, {person.pk: str(person) for person in people.values()}))


def _tell_at_the_desk() -> None:
    """One idea that somebody without e-mail has told, with a slip whose code is known to all who try the demo."""
    place, by = Incubator.objects.get(slug="toyen-unlimited"), User.objects.get(email="moderator@example.no")
    facts = {"token": _uuid("told"), "texts": TOLD, "channel": DeskEntry.Channel.DESK, **TOLD_BY}
    idea, code = write_down_idea(incubator=place, by=by, **facts)
    if code:
        DeskEntry.objects.filter(idea=idea).update(code_hash=hash_of(DEMO_CODE))
        write_to_author(idea=idea, by=by, body=TOLD_ANSWER)


def _support() -> None:
    """One idea that a supporter works with, and the questions that led there."""
    idea = Idea.objects.get(uuid=_uuid("suppe-paa-torget"))
    people = {name: User.objects.get(email=f"{name}@example.no") for name in ("moderator", "stottespiller")}
    facts = {"idea": idea, "supporter": people["stottespiller"], "asked_by": people["moderator"], "note": ASKED}
    facts |= {"asked_at": _at(26), "offered_at": _at(25), "started_at": _at(24), "contact_at": _at(24)}
    facts["status"] = SupportRelation.Status.ACTIVE
    relation, _is_new = SupportRelation.objects.get_or_create(uuid=_uuid("support"), defaults=facts)
    meet(relation, _uuid("meeting"))
    agree_on_money(relation, _uuid("agreement"))
    talk(relation)
    try_out(relation)
    tell_stories(relation, _uuid("stories"))
    show_effect(relation)


def _appeal() -> None:
    """Two who did not agree: one waits for the leader, one has been answered."""
    for key, facts in APPEALS.items():
        decision = Transition.objects.filter(idea__uuid=_uuid(key), kind=facts["kind"]).select_related("idea").first()
        appealed = decision and decision.idea.transitions.filter(kind=Kind.APPEALED).first()
        # A demo that was loaded before its people could appeal stays as it is.
        if appealed is None or Appeal.objects.filter(decision=decision).exists():
            continue
        appeal = Appeal(decision=decision, author=decision.idea.author, reason=appealed.reason, created_at=appealed.at)
        appeal.due_on = decision.idea.incubator.answer_due_on(appealed.at)
        answered = decision.idea.transitions.filter(kind__in=(Kind.APPEAL_GRANTED, Kind.APPEAL_REFUSED)).first()
        if answered:
            appeal.status, appeal.answer = facts["status"], answered.reason
            appeal.answered_at, appeal.answered_by = answered.at, User.objects.get(email="leder@example.no")
        appeal.save()


def _fear_for_somebody() -> None:
    """One concern, as its writer and the leader see it."""
    idea = Idea.objects.get(uuid=_uuid("nattaapen-ballbinge"))
    writer = User.objects.filter(email=STAFF["toyen-unlimited"]).first()
    facts = {"idea": idea, "incubator": idea.incubator, "written_by": writer, "what": CONCERN, "created_at": _at(2)}
    concern, is_new = Concern.objects.get_or_create(uuid=_uuid("concern"), defaults=facts)
    if is_new:
        concern.entries.create(kind=ConcernEntry.Kind.TOLD, by=writer, at=_at(2), **CONCERN_TOLD)


def _uuid(key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, key)


def _at(days_ago: int) -> dt.datetime:
    """A time of day when people work, so many days ago."""
    day = timezone.localtime() - dt.timedelta(days=days_ago)
    return min(day.replace(hour=10, minute=20, second=0, microsecond=0), timezone.now())


def _tell(key: str, *, author: str, place: str, themes: str, texts: dict, events: list, public: bool = True) -> None:
    """Make one idea, and let its events happen in order: (days ago, kind, words)."""
    incubator = Incubator.objects.get(slug=place) if place else None
    idea = Idea(uuid=_uuid(key), author=User.objects.get(email=author), incubator=incubator, **texts)
    if public and events:
        idea.may_publish, idea.age_band = True, Idea.AgeBand.FROM_18
    story = Story(idea, texts, User.objects.filter(email=STAFF.get(place)).first())
    for days_ago, kind, words in events:
        _happen(story, key, _at(days_ago), kind, words)
    begun_at = _at(events[0][0] + 1 if events else 3)
    idea.save()
    idea.themes.set(Theme.objects.filter(slug__in=themes.split()))
    _keep(story, begun_at)


def _happen(story: Story, key: str, at: dt.datetime, kind: str, words: dict) -> None:
    idea = story.idea
    if kind in Note.Audience.values:
        by = idea.author if words.get("mine") else story.staff
        story.notes.append(Note(idea=idea, audience=kind, author=by, body=words["body"], created_at=at))
        if kind == Note.Audience.AUTHOR and by == story.staff:
            idea.staff_acted_at = at
        return
    before, due_on = idea.status, None
    idea.status = LEADS_TO.get(kind, before)
    idea.step = words.get("step", idea.step)
    idea.revision += 1
    if kind == Kind.SUBMITTED:
        idea.slug, idea.submitted_at, idea.answered_at = key, at, None
        idea.answer_due_on = idea.incubator.answer_due_on(at)
    elif idea.status in Idea.ANSWERS and idea.answered_at is None:
        idea.answered_at, idea.taken_at, idea.taken_by = at, at, story.staff
        due_on = idea.answer_due_on
    if kind not in Transition.AUTHOR_KINDS:
        idea.staff_acted_at = at
    if kind in Kind.values:
        log = {name: words.get(name, "") for name in ("went_well", "reason", "way_on")}
        log["way_on_kind"] = Transition.WayOn.OTHER if log["way_on"] else ""
        by = idea.author if kind in (Kind.SUBMITTED, Kind.WITHDRAWN, Kind.APPEALED) else story.staff
        story.changes.append(
            Transition(
                idea=idea,
                kind=kind,
                revision=idea.revision,
                from_status=before,
                to_status=idea.status,
                step=idea.step,
                by=by,
                at=at,
                due_on=due_on,
                **log,
            )
        )


def _keep(story: Story, begun_at: dt.datetime) -> None:
    idea = story.idea
    Transition.objects.bulk_create(story.changes)
    Note.objects.bulk_create(story.notes)
    if idea.status != Status.DRAFT:
        Version.of(idea, themes=idea.themes.values_list("slug", flat=True)).save()
    if idea.may_publish:
        Consent.objects.create(
            user=idea.author, purpose=Consent.Purpose.PUBLISH_IDEA, subject=idea.consent_subject,
            text_version=CONSENT_TEXT, source="demo", given_at=idea.submitted_at,
        )  # fmt: skip
    last = max([change.at for change in story.changes], default=begun_at)
    Idea.objects.filter(pk=idea.pk).update(created_at=begun_at, updated_at=last)
