"""Stories of what an idea has changed: written by either side, shown where everyone in them has said yes.

Whoever changes the words, says yes, takes it back or freezes a report locks the story's row, by `locked_story` or
`lock_stories`, so that no two of these come between each other. Where the idea is locked too, it is locked first.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db.models import Q
from django.utils import timezone

from ideas import emails
from ideas.actions.coauthors import TooManyError
from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError, locked_idea
from ideas.models import Idea, Purpose, ReportStory, Side, Story, StoryConsent, StoryPerson, StoryPlace, side_of
from unlimited.locks import short_wait
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.users.addresses import addresses_of
from unlimited.users.models import User

# Which words a yes was given to, of those that are ours and not the story's; raised when they change.
CONSENT_TEXT = "story-1"
MOST_STORIES, MOST_PEOPLE, MOST_PLACES = 20, 20, 50


class StoryChangedError(IdeaError):
    """The words have changed since they were read. `revision` is the current one."""

    def __init__(self, revision: int):
        super().__init__(f"the story is at revision {revision}")
        self.revision = revision


class InItAlreadyError(IdeaError):
    """Somebody with that address is in the story already."""


class AnswersAloneError(IdeaError):
    """The person has an e-mail address and is asked by mail: no one else says yes for them."""


class HasAnsweredError(IdeaError):
    """Who has said yes to something cannot be taken off as if they had never been in it."""


class NotAgreedError(IdeaError):
    """Not everyone in the story has said yes to that use."""


# --- Locks ------------------------------------------------------------------------------------------------------------


def lock_stories(ids: Iterable[int]) -> list[Story]:
    """Lock stories in the order of their ids until the transaction ends; those that are gone are left out.

    Whoever asks `Story.objects.agreed_for` after that is told what holds until they commit. To be called inside
    `short_wait`, by the ids alone: what is joined to a row that was waited for would be as old as the question.
    """
    rows = Story.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(ids))
    return list(rows.order_by("pk"))


@contextmanager
def locked_story(story: Story) -> Iterator[Story]:
    """Open a transaction and yield the story as it is now, locked. Raises IdeaGoneError, IdeaBusyError."""
    with short_wait(IdeaBusyError):
        rows = lock_stories([story.pk])
        if not rows:
            raise IdeaGoneError
        yield rows[0]


@contextmanager
def _at_work(story: Story, by: User) -> Iterator[Story]:
    """The story, locked after its idea, for one of the two who work with it. Raises NotOfTheTwoError."""
    with locked_idea(story.idea, seen_revision=None) as idea:
        _side(by, idea)
        with locked_story(story) as row:
            row.idea = idea
            yield row


def _side(by: User, idea: Idea) -> Side:
    side = side_of(by, idea) if idea.status in Idea.PUBLIC_STATUSES else None
    if side is None:
        raise NotOfTheTwoError
    return side


def _check_words(row: Story, seen_revision: int) -> None:
    if row.revision != seen_revision:
        raise StoryChangedError(row.revision)


def _in_story(row: Story, person: StoryPerson) -> StoryPerson:
    """The person as they are under the story's lock. An erased person cannot be asked."""
    found = row.people.filter(pk=person.pk).exclude(name="").first()
    if found is None:
        raise IdeaGoneError
    return found


# --- Words ------------------------------------------------------------------------------------------------------------


@audited
def write_story(*, idea: Idea, by: User, token: uuid.UUID, title: str, body: str, language: str) -> Story:
    """Write a story; whose idea it is, and who writes on that side, is in it. The same `token` twice is one story."""
    with locked_idea(idea, seen_revision=None) as idea:
        side = _side(by, idea)
        written = idea.stories.filter(uuid=token).first()
        if written:
            return written
        if idea.stories.count() >= MOST_STORIES:
            raise TooManyError
        story = Story.objects.create(
            uuid=token, idea=idea, written_by=by, title=title, body=body, language=language
        )  # fmt: skip
        writers = [idea.author, by if side == Side.AUTHOR else None]
        for user in dict.fromkeys(user for user in writers if user is not None):
            story.people.create(name=str(user)[:120], email=user.email.lower(), language=user.language)
        return story


@audited
def change_story(*, story: Story, by: User, seen_revision: int, title: str, body: str, language: str) -> Story:
    """Put the words right. Changed words are a new revision without consents."""
    with _at_work(story, by) as row:
        _check_words(row, seen_revision)
        if (row.title, row.body) != (title, body):
            row.revision += 1
        row.title, row.body, row.language, row.updated_at = title, body, language, timezone.now()
        row.save()
        return row


@audited
def remove_story(*, story: Story, by: User, seen_revision: int) -> None:
    """Take it away: with it goes the way to take a yes back, so that its words go from the reports too."""
    with _at_work(story, by) as row:
        _check_words(row, seen_revision)
        take_out_of_reports([row.pk])
        row.delete()


# --- People -----------------------------------------------------------------------------------------------------------


@audited
def add_person(*, story: Story, by: User, name: str, email: str, language: str) -> StoryPerson:
    """Say that somebody is in the story, which is shown nowhere until they have said yes too."""
    with _at_work(story, by) as row:
        email = email.lower()
        if email and row.people.filter(email=email).exists():
            raise InItAlreadyError
        if row.people.count() >= MOST_PEOPLE:
            raise TooManyError
        return row.people.create(name=name, email=email, language=language)


@audited
def take_off(*, person: StoryPerson, by: User) -> None:
    """Take off somebody who is not in the story, or whose address was wrong, as long as they have said yes to nothing.

    Who is in it is part of what the others said yes to: they are asked again.
    """
    with _at_work(person.story, by) as row:
        found = _in_story(row, person)
        if found.consents.exists():
            raise HasAnsweredError
        found.delete()
        row.revision, row.updated_at = row.revision + 1, timezone.now()
        row.save(update_fields=["revision", "updated_at"])


@audited
def ask_people(*, story: Story, by: User) -> list[StoryPerson]:
    """Ask by mail all who have an address and have not said yes to these words. Twice a day is one mail."""
    with _at_work(story, by) as row:
        yes = StoryConsent.objects.valid().filter(story_revision=row.revision).values("person")
        people = list(row.people.exclude(email="").exclude(pk__in=yes))
        emails.mail_story_asked(row, people, by)
        row.people.filter(pk__in=[one.pk for one in people]).update(
            asked_at=timezone.now(), asked_revision=row.revision
        )
        return people


# --- Yes, and taking it back ------------------------------------------------------------------------------------------


def answer_story(*, person: StoryPerson, seen_revision: int, yes: dict[str, dt.date]) -> Story:
    """Save what somebody ticked: a day for each use they say yes to. What they had said yes to, and not now, is over.

    A yes to earlier words that is not given anew stays what it was: it holds for what was made with those words.
    """
    with locked_story(person.story) as row:
        _check_words(row, seen_revision)
        found = _in_story(row, person)
        ticked_before = found.consents.valid().filter(story_revision=row.revision)
        over = set(ticked_before.values_list("purpose", flat=True)) - yes.keys()
        for purpose, until in yes.items():
            _say_yes(row, found, purpose, until=until)
        _take_back(row, found, over)
        return row


def withdraw_from_story(*, person: StoryPerson) -> Story:
    """Take back all that somebody said yes to, to whichever words. Idempotent."""
    with locked_story(person.story) as row:
        _take_back(row, _in_story(row, person), Purpose.values)
        return row


@audited
def write_down_yes(
    *, person: StoryPerson, by: User, seen_revision: int, purposes: Iterable[str], until: dt.date, spoken_words: str
) -> None:  # fmt: skip
    """Write down a yes given by mouth, of somebody who has no e-mail."""
    with _at_work(person.story, by) as row:
        _check_words(row, seen_revision)
        found = _in_story(row, person)
        if found.email:
            raise AnswersAloneError
        for purpose in purposes:
            _say_yes(row, found, purpose, until=until, spoken_words=spoken_words, written_down_by=by)


@audited
def write_down_no(*, person: StoryPerson, by: User, purposes: Iterable[str]) -> None:
    """Write down that somebody has taken back a yes by mouth; whoever can say it, however they said yes.

    To whichever side they tell it, or to who has the case; also once the idea is closed, when nobody supports it.
    """
    with locked_idea(person.story.idea, seen_revision=None) as idea, locked_story(person.story) as row:
        if side_of(by, idea) is None and not works_for_it(by, idea):
            raise NotOfTheTwoError
        row.idea = idea
        _take_back(row, _in_story(row, person), purposes)


def _say_yes(row: Story, person: StoryPerson, purpose: str, *, until: dt.date, **how) -> None:
    """Write a row of its own; the one before is over, and stays as it was given. The same again changes nothing."""
    now, facts = timezone.now(), {"until": until, "story_revision": row.revision, "text_version": CONSENT_TEXT, **how}
    standing = person.consents.standing().filter(purpose=purpose)
    if standing.filter(**facts).exists():
        return
    standing.update(withdrawn_at=now)
    person.consents.create(purpose=purpose, given_at=now, **facts)


def _take_back(row: Story, person: StoryPerson, purposes: Iterable[str]) -> None:
    """End the current consents. The website asks each time; the words in reports go here, in the same transaction."""
    standing = list(person.consents.standing().filter(purpose__in=list(purposes)))
    if not standing:
        return
    StoryConsent.objects.filter(pk__in=[one.pk for one in standing]).update(withdrawn_at=timezone.now())
    if any(one.purpose == Purpose.REPORT for one in standing):
        take_out_of_reports([row.pk])
    emails.mail_story_withdrawn(row, person, number=max(one.pk for one in standing))


def take_out_of_reports(stories: Iterable[int]) -> int:
    """Remove the words of these stories from each report they stand in; that they stood there is kept."""
    rows = ReportStory.objects.filter(story__in=list(stories), taken_out_at=None)
    return rows.update(title="", body="", taken_out_at=timezone.now())


# --- Elsewhere, and in time -------------------------------------------------------------------------------------------


@audited
def note_place(*, story: Story, by: User, purpose: str, where: str, url: str, used_on: dt.date) -> StoryPlace:
    """Write down where staff have used the story outside of our pages: only where everyone's yes to that is valid.

    Twice the same is one place. Raises NotAgreedError.
    """
    with locked_story(story) as row:
        if not works_for_it(by, row.idea):
            raise NotOfTheTwoError
        day = max(used_on, timezone.localdate())
        if not Story.objects.agreed_for(purpose, on=day).filter(pk=row.pk).exists():
            raise NotAgreedError
        if row.places.count() >= MOST_PLACES:
            raise TooManyError
        facts = {"purpose": purpose, "where": where, "url": url, "used_on": used_on}
        return row.places.get_or_create(**facts, defaults={"noted_by": by})[0]


def works_for_it(user: User, idea: Idea) -> bool:
    """Whether `user` supports the idea, or moderates the case."""
    return user.has_perm("ideas.moderate_idea", idea) or side_of(user, idea) == Side.SUPPORTER


def stories_with(user: User) -> list[int]:
    """The ids of the stories that a person is in, or that are of their ideas."""
    theirs = Q(people__email__in=addresses_of(user)) | Q(idea__author=user)
    return list(Story.objects.filter(theirs).order_by().values_list("pk", flat=True).distinct())


def move_story_people(*, user: User, old: str, new: str) -> None:
    """Ask a person at `new` from now on. Where they are in one story by both addresses, the two rows become one."""
    rows = StoryPerson.objects.filter(email=old)
    lock_stories(rows.values_list("story", flat=True))
    double = StoryPerson.objects.filter(OneOf("story", rows.values("story")), email=new)
    kept = {person.story_id: person for person in double}
    for person in rows.filter(story__in=kept):
        _merge(person, kept[person.story_id])
    rows.update(email=new)


def _merge(person: StoryPerson, into: StoryPerson) -> None:
    """Give each yes of `person` to the row `into` of the same person, where that has none to the use; delete theirs."""
    answered = into.consents.standing().values("purpose")
    person.consents.exclude(withdrawn_at=None, purpose__in=answered).update(person=into)
    person.delete()


def forget_in_stories(user: User) -> None:
    """Part each story from a person who leaves: without a name, an address, a link or a yes. The row stays.

    So the story can never look agreed to by everyone in it. Runs under `lock_stories(stories_with(user))`.
    """
    people = StoryPerson.objects.filter(email__in=addresses_of(user)).select_related("story__idea__incubator")
    for person in people.order_by("story", "pk"):
        _take_back(person.story, person, Purpose.values)
        take_out_of_reports([person.story_id])
        person.consents.update(spoken_words="")
        # Another uuid is another link: the one in their mail is good for nothing any more.
        person.name, person.email, person.uuid = "", "", uuid.uuid4()
        person.save()


def replace_story_link(*, person: StoryPerson, seen_version: int) -> None:
    """End the link by which a person opens their story, and mail a new one to their address. Idempotent."""
    with locked_story(person.story) as row:
        found = _in_story(row, person)
        if found.email and found.link_version == seen_version:
            found.link_version, found.asked_at = found.link_version + 1, timezone.now()
            found.save(update_fields=["link_version", "asked_at"])
            emails.mail_story_link(row, found)


def take_out_what_ran_out(today: dt.date) -> int:
    """Remove from reports the words of stories that somebody's yes has run out for."""
    ran_out = StoryConsent.objects.standing().filter(purpose=Purpose.REPORT, until__lt=today)
    shown = ReportStory.objects.filter(OneOf("story", ran_out.values("person__story")), taken_out_at=None)
    lock_stories(shown.values_list("story", flat=True))
    # Somebody may have said yes again while this waited.
    return take_out_of_reports(shown.values_list("story", flat=True))
