"""What the ideas keep about a person: how it is handed out, how it is erased, how long a draft stays.

A case at a public incubator may have to be kept by the Archives Act: it stays with its staff, without its author and
out of everybody else's sight. All other incubators keep nothing.
"""

import datetime as dt

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ideas.actions.coauthors import move_coauthors
from ideas.actions.erasing import delete_idea, erase_ideas
from ideas.actions.old_cases import due_cases, end_old_cases
from ideas.actions.stories import (
    forget_in_stories,
    move_story_people,
    take_out_what_ran_out,
)
from ideas.actions.submission import stop_publishing
from ideas.models import (
    Appeal,
    CaseOpening,
    CoAuthor,
    DeskEntry,
    HallmarkAnswer,
    Idea,
    Measurement,
    MeetingNote,
    Merge,
    Note,
    Organisation,
    Side,
    StoryConsent,
    StoryPerson,
    SupportRelation,
    Transition,
)
from ideas.models.concern import concerns_kept_long_enough
from ideas.models.submission import IdeaQuerySet
from unlimited.lookups import OneOf
from unlimited.users.addresses import addresses_of, register_address_rows, with_address
from unlimited.users.models import Consent, User
from unlimited.users.registry import (
    register_accounts_in_use,
    register_consent,
    register_eraser,
    register_exporter,
    register_kept,
    register_retention,
)

# A browser's secret ends with its session, so that draft cannot be opened any more.
ANONYMOUS_DRAFTS_FOR = dt.timedelta(days=60)
DRAFTS_FOR = dt.timedelta(days=365)
# A concern is not deleted with the idea or the person it is about, and is in no self-service export: whoever puts
# somebody in danger may have their telephone. docs/privacy.md says more.
CLOSED_CONCERNS_FOR = dt.timedelta(days=2 * 365)
CONCERNS_FOR = dt.timedelta(days=5 * 365)
DESK_CONTACTS_FOR = dt.timedelta(days=90)
OPENINGS_FOR = dt.timedelta(days=365)
COAUTHORS_FOR = dt.timedelta(days=365)
ENDED_YES_FOR = dt.timedelta(days=2 * 365)
# Of each change of an idea, what its author is handed out.
HISTORY = (
    "kind", "at", "went_well", "reason", "way_on", "way_on_kind", "way_on_partner__name", "way_on_incubator__name",
    "asked_due_on", "other_idea__uuid",
)  # fmt: skip
ORGANISATION = (
    "form", "undecided_because", "name", "number", "founded_on", "who_benefits", "who_pays", "ready", "statutes",
    "updated_at",
)  # fmt: skip
TRIAL = (
    "side", "hypothesis", "happened", "learnt", "change", "place", "first_on", "last_on", "asked", "tried", "decided",
    "kroner", "picture", "picture_alt", "picture_agreed", "created_at",
)  # fmt: skip
STORY_CONSENT = (
    "purpose", "until", "story_revision", "text_version", "spoken_words", "given_at", "withdrawn_at",
)  # fmt: skip
INDICATOR = (
    "target_group", "question", "unit", "baseline", "baseline_on", "goal", "created_at", "retired_at",
)  # fmt: skip
MEASUREMENT = (
    "indicator__question", "value", "words", "measured_on", "step", "side", "request__asked_at", "created_at",
)  # fmt: skip
AGREEMENT = (
    "step", "status", "find_out", "starts_on", "ends_on", "talk_on", "kroner", "spent", "room", "guidance",
    "proposed_at", "answered_at", "answer_words", "outcome", "learnt", "onwards", "ended_at",
)  # fmt: skip


def export_ideas(user: User) -> list[dict]:
    """All of a person's ideas: the texts, each version sent in, what was decided and what was said."""
    ideas = (
        Idea.objects.written_by(user).select_related("incubator").prefetch_related("versions").order_by("created_at")
    )
    return [_export(idea) for idea in ideas]


def _export(idea: Idea) -> dict:
    log = idea.transitions.exclude(kind__in=Transition.INTERNAL_KINDS)
    appeals = Appeal.objects.filter(decision__idea=idea)
    notes = idea.notes.to_author()
    return {
        "uuid": idea.uuid,
        "status": idea.status,
        "step": idea.step,
        "incubator": idea.incubator.name if idea.incubator else "",
        "may_publish": idea.may_publish,
        "age_band": idea.age_band,
        "created_at": idea.created_at,
        "submitted_at": idea.submitted_at,
        "texts": {name: getattr(idea, name) for name in Idea.TEXT_FIELDS},
        "themes": [theme.slug for theme in idea.themes.all()],
        "versions": [{"at": version.created_at, "texts": version.texts} for version in idea.versions.all()],
        "taken_out_of_public_text": list(idea.redactions.active().values("passage", "reason", "redacted_at")),
        "history": list(log.values(*HISTORY)),
        "appeals": list(appeals.values("created_at", "reason", "due_on", "status", "answer", "answered_at")),
        "messages": list(notes.values("created_at", "body")),
        "supporters": list(
            idea.support_relations.exclude(started_at=None).values(
                "supporter__name", "started_at", "contact_at", "ended_at", "end_reason", "end_words"
            )
        ),
        **_work(idea),
        "merges": _merges(idea.merges_away, "source") + _merges(idea.merges_here, "target"),
        "delays": list(idea.delays.values("kind", "promised_on", "new_due_on", "told_at")),
    }


def _work(idea: Idea) -> dict:
    """The work with the idea after it was taken in."""
    return {
        "meetings": list(idea.meetings.values("status", "about", "starts_at", "minutes", "venue", "called_off_words")),
        "meeting_notes": list(
            MeetingNote.objects.shared().filter(meeting__idea=idea).values("meeting__starts_at", "body", "updated_at")
        ),
        "next_steps": list(idea.next_steps.values("side", "what", "due_on", "status", "ended_at")),
        "organisation": Organisation.objects.filter(idea=idea).values(*ORGANISATION).first(),
        "trials": list(idea.trials.values(*TRIAL)),
        "indicators": list(idea.indicators.values(*INDICATOR)),
        "measurements": list(Measurement.objects.filter(indicator__idea=idea).values(*MEASUREMENT)),
        "measurements_asked_for": list(idea.measurement_requests.values("since", "months", "asked_at")),
        "hallmarks": list(
            HallmarkAnswer.objects.readable_by(Side.AUTHOR)
            .filter(sheet__idea=idea)
            .values("sheet__opened_at", "side", "hallmark", "answer", "words")
        ),
        "agreements": list(idea.agreements.values(*AGREEMENT)),
        # Who else is in them is theirs to be handed out.
        "stories": list(idea.stories.values("title", "body", "language", "created_at", "updated_at")),
    }


def _merges(rows: QuerySet[Merge], side: str) -> list[dict]:
    """What the person was asked and answered. What the other author said is theirs."""
    mine = rows.annotate(my_yes_at=F(f"{side}_agreed_at"), my_words=F(f"{side}_words"))
    return list(mine.values("proposed_at", "reason", "status", "my_yes_at", "my_words", "ended_at"))


def export_coauthorships(user: User) -> list[dict]:
    """Where a person was asked to write along. The idea itself is its author's to hand out."""
    return list(_coauthorships_of(user).values("role", "status", "wants_mail", "invited_at", "joined_at", "ended_at"))


def export_stories(user: User) -> list[dict]:
    """The stories that a person is in, as they are worded now, and each yes of theirs to them."""
    people = StoryPerson.objects.filter(email__in=addresses_of(user))
    people = people.select_related("story").prefetch_related("consents")
    return [
        {
            "story": person.story.title,
            "words": person.story.body,
            "called": person.name,
            "email": person.email,
            "asked_at": person.asked_at,
            "consents": [{name: getattr(one, name) for name in STORY_CONSENT} for one in person.consents.all()],
        }
        for person in people.order_by("pk")
    ]


def purge_stories(now: dt.datetime) -> int:
    """Take out of reports what somebody's yes has run out for; forget what was over two years ago."""
    take_out_what_ran_out(timezone.localdate(now))
    over = now - ENDED_YES_FOR
    old = Q(withdrawn_at__lt=over) | Q(withdrawn_at=None, until__lt=timezone.localdate(over))
    return StoryConsent.objects.filter(old).delete()[0]


def export_notes(user: User) -> list[dict]:
    """What a person wrote about ideas that they may open now: to an author, or to colleagues."""
    rows = Note.objects.written_by(user).order_by("created_at", "pk")
    return list(rows.values("created_at", "audience", "body", "idea__incubator__name"))


def export_mentions(user: User) -> list[dict]:
    """When a colleague told a person of a note by name. What it says is its writer's."""
    rows = user.notes_that_mention.order_by("created_at", "pk")
    return list(rows.values("created_at", "idea__incubator__name"))


def export_teams(user: User) -> list[dict]:
    """Since when a person works along on cases, and where. What they are about is their authors' to hand out."""
    return list(user.team_memberships.order_by("added_at", "pk").values("idea__incubator__name", "added_at"))


def purge_desk_entries(now: dt.datetime) -> int:
    """Delete the contact of a person who told an idea at the desk, once the case is closed and the answer is old."""
    closed = DeskEntry.objects.unclaimed().exclude(idea__status__in=Idea.OPEN_STATUSES)
    old = closed.filter(idea__updated_at__lt=now - DESK_CONTACTS_FOR).exclude(person_name="", contact="")
    return old.update(person_name="", contact="")


def export_desk_entries(user: User) -> list[dict]:
    """What a person has claimed with a slip; and for staff, which they wrote down."""
    rows = DeskEntry.objects.filter(Q(claimed_by=user) | Q(written_by=user)).order_by("consented_at")
    return list(rows.values("idea__uuid", "channel", "consented_at", "consent_text", "claimed_at"))


def export_support(user: User) -> list[dict]:
    """Which ideas a supporter was asked about, by when. What an idea says is its author's to hand out."""
    rows = SupportRelation.objects.filter(supporter=user).order_by("asked_at")
    return list(rows.values("idea__uuid", "status", "asked_at", "started_at", "contact_at", "ended_at", "end_reason"))


def export_openings(user: User) -> dict[str, list]:
    """Which cases a person opened as staff; and who opened the cases that they wrote."""
    own = CaseOpening.objects.filter(idea__author=user).order_by("day", "pk")
    return {
        "opened_by_me": list(user.cases_opened.order_by("day", "pk").values("idea__uuid", "role", "day")),
        "opened_of_mine": list(own.values("idea__uuid", "reader__name", "role", "day")),
    }


def purge_openings(now: dt.datetime) -> int:
    return CaseOpening.objects.filter(day__lt=timezone.localdate(now - OPENINGS_FOR)).delete()[0]


def export_meeting_notes(user: User) -> list[dict]:
    """What a person wrote down at meetings: in the shared notes last, and all that is their own."""
    return list(user.meeting_notes.order_by("pk").values("meeting__idea__uuid", "audience", "body", "updated_at"))


def erase_meeting_notes(user: User) -> None:
    """Only the person may read their own notes. What is shared stays with the idea."""
    user.meeting_notes.filter(audience=MeetingNote.Audience.OWN).delete()


def erase_coauthorships(user: User) -> None:
    _coauthorships_of(user).delete()


def _coauthorships_of(user: User) -> QuerySet[CoAuthor]:
    """The person's own rows, and the invitations to their addresses that no account has answered."""
    invited = with_address(CoAuthor.objects.filter(user=None), "email", addresses_of(user))
    return CoAuthor.objects.filter(Q(user=user) | OneOf("pk", invited.values("pk")))


def purge_drafts(now: dt.datetime) -> int:
    """Delete drafts that were not changed for long."""
    old = Q(author=None, updated_at__lt=now - ANONYMOUS_DRAFTS_FOR) | Q(updated_at__lt=now - DRAFTS_FOR)
    drafts = list(Idea.objects.select_for_update(no_key=True, of=("self",)).drafts().filter(old))
    for idea in drafts:
        delete_idea(idea)
    return len(drafts)


def purge_ideas(now: dt.datetime) -> int:
    """What the ideas have kept long enough: drafts, and concerns."""
    kept = concerns_kept_long_enough(now, closed_for=CLOSED_CONCERNS_FOR, at_most=CONCERNS_FOR)
    concerns = kept.count()
    kept.delete()
    return purge_drafts(now) + concerns


def purge_invitations(now: dt.datetime) -> int:
    """Forget who was asked to write along and did not, or no longer does, after a year."""
    old = Q(ended_at__lt=now - COAUTHORS_FOR) | Q(status=CoAuthor.Status.INVITED, expires_at__lt=now - COAUTHORS_FOR)
    return CoAuthor.objects.filter(old).delete()[0]


def accounts_in_use(users: QuerySet[User]) -> QuerySet[User]:
    """Authors of open cases, and those who write or read along in them."""
    authors = Idea.objects.filter(status__in=Idea.OPEN_STATUSES, author__isnull=False)
    along = CoAuthor.objects.joined().filter(idea__status__in=Idea.OPEN_STATUSES)
    return users.filter(OneOf("pk", authors.values("author")) | OneOf("pk", along.values("user")))


def _ideas_of(consents: list[Consent]) -> IdeaQuerySet:
    return Idea.objects.filter(uuid__in=[consent.subject.removeprefix("idea:") for consent in consents])


def describe_consents(consents: list[Consent]) -> dict[str, str]:
    """Return the names of the ideas that the consents are about, by subject."""
    return {idea.consent_subject: str(idea) for idea in _ideas_of(consents)}


def consent_withdrawn(consent: Consent) -> None:
    """Take the idea off the public pages."""
    for idea in _ideas_of([consent]):
        stop_publishing(idea=idea)


register_exporter("stories", export_stories)
# Before the ideas, so that it runs after them: ideas are locked before stories.
register_eraser("stories", forget_in_stories)
register_retention(
    "stories",
    purge_stories,
    what="yeses to stories, and their words in reports",
    age="2 years after the yes ended; words at once",
    effect="deleted",
    ground="GDPR 7(1)",
    models=("ideas.StoryConsent",),
)
register_exporter("ideas", export_ideas)
register_eraser("ideas", erase_ideas)
register_exporter("desk_entries", export_desk_entries)
register_retention(
    "desk_entries",
    purge_desk_entries,
    what="how to reach somebody who told an idea at the desk",
    age="90 days after the case is closed, if unclaimed",
    effect="name and contact removed",
    ground="GDPR 5(1)(e)",
    models=(),
)
register_exporter("support", export_support)
register_exporter("openings", export_openings)
register_retention(
    "openings",
    purge_openings,
    what="who of the staff opened a case",
    age="1 year",
    effect="deleted",
    ground="GDPR 5(1)(f)",
    models=("ideas.CaseOpening",),
)
register_exporter("meeting_notes", export_meeting_notes)
register_eraser("meeting_notes", erase_meeting_notes)
register_exporter("coauthors", export_coauthorships)
register_eraser("coauthors", erase_coauthorships)
register_exporter("notes", export_notes)
register_exporter("mentions", export_mentions)
register_exporter("teams", export_teams)
register_retention(
    "coauthors",
    purge_invitations,
    what="who was asked to write along, and does not",
    age="1 year after they left or did not answer",
    effect="deleted",
    ground="GDPR 5(1)(e)",
    models=("ideas.CoAuthor",),
)
register_retention(
    "ideas",
    purge_ideas,
    what="drafts; concerns",
    age="drafts 1 year untouched, 60 days without an account; concerns 2 years after they were closed, 5 at most",
    effect="deleted",
    ground="GDPR 5(1)(e); concerns GDPR 6(1)(d)",
    models=("ideas.Concern",),
)
register_retention(
    "old_cases",
    end_old_cases,
    what="closed cases, also those told at the desk",
    age="5 years after closing; a warning 30 days before",
    effect="deleted; of a public incubator: parted from the person and out of sight",
    ground="GDPR 5(1)(e); public incubators: Archives Act, GDPR 6(1)(c)",
    models=("ideas.Idea",),
    count=lambda now: len(due_cases(now)),
    in_parts=True,
)
register_accounts_in_use("ideas", accounts_in_use)
register_kept(
    {
        "ideas.Report": "numbers for a municipality, without persons; the name of who sent it goes with their account",
    }
)
register_address_rows("ideas.CoAuthor", "email", move=move_coauthors)
register_address_rows("ideas.StoryPerson", "email", move=move_story_people)
register_consent(Consent.Purpose.PUBLISH_IDEA, describe=describe_consents, on_withdrawn=consent_withdrawn)
