"""What the pages say of stories: who is in one, what each has said yes to, and where it stands."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ideas.models import Purpose, ReportStory, Story, StoryConsent, StoryPerson
from unlimited.content.templatetags.site_text import day


@dataclass(frozen=True)
class Said:
    """What one person has said of one use, in words."""

    purpose: Purpose
    words: str
    is_yes: bool = False
    is_to_ask_again: bool = False
    spoken_words: str = ""

    @property
    def label(self) -> str:
        return self.purpose.label


@dataclass
class InStory:
    """Somebody in a story."""

    person: StoryPerson
    revision: int

    @cached_property
    def said(self) -> list[Said]:
        """In the order of the uses. Of each use the newest row says how it stands."""
        newest = {row.purpose: row for row in self.person.consents.all()}
        return [self._said(purpose, newest.get(purpose)) for purpose in Purpose]

    def _said(self, purpose: Purpose, row: StoryConsent | None) -> Said:
        if row is None:
            return Said(purpose, _("no yes yet"))
        if row.withdrawn_at:
            return Said(purpose, _("taken back on %(day)s") % {"day": day(row.withdrawn_at)})
        if row.until < timezone.localdate():
            return Said(purpose, _("the yes ran out on %(day)s") % {"day": day(row.until)}, is_to_ask_again=True)
        if row.story_revision != self.revision:
            return Said(purpose, _("yes to earlier words: has to be asked again"), is_to_ask_again=True)
        words = _("yes, until %(day)s") % {"day": day(row.until)}
        return Said(purpose, words, is_yes=True, spoken_words=row.spoken_words)

    @property
    def has_left(self) -> bool:
        return not self.person.name

    @property
    def is_to_ask_again(self) -> bool:
        return any(one.is_to_ask_again for one in self.said)

    @property
    def has_said_yes(self) -> bool:
        return any(one.is_yes for one in self.said)


@dataclass
class Use:
    """One use of a story: everybody's yes, or who is still to say it."""

    purpose: Purpose
    missing: list[StoryPerson]

    @property
    def label(self) -> str:
        return self.purpose.label

    @property
    def is_agreed(self) -> bool:
        return not self.missing


@dataclass
class Chain:
    """A story with everyone in it. Built of what `with_chains` has fetched."""

    story: Story

    @cached_property
    def people(self) -> list[InStory]:
        return [InStory(person, self.story.revision) for person in self.story.people.all()]

    @cached_property
    def uses(self) -> list[Use]:
        """The same rule as StoryQuerySet.agreed_for, with the names of those who are missing."""
        return [
            Use(purpose, [one.person for one in self.people if not one.said[number].is_yes])
            for number, purpose in enumerate(Purpose)
        ]

    @property
    def agreed(self) -> list[Use]:
        return [use for use in self.uses if use.is_agreed and self.people]

    @property
    def to_ask(self) -> list[InStory]:
        """Who can be asked by mail: they have an address, and no yes to these words."""
        return [one for one in self.people if one.person.email and not one.has_said_yes]

    @property
    def to_ask_again(self) -> list[InStory]:
        return [one for one in self.people if one.is_to_ask_again and not one.has_left]

    @property
    def has_lost_somebody(self) -> bool:
        return any(one.has_left for one in self.people)

    @property
    def is_on_website(self) -> bool:
        """Shown on the idea's public page now."""
        return self.story.idea.is_public and any(use.purpose == Purpose.WEB for use in self.agreed)

    @cached_property
    def reports(self) -> list[ReportStory]:
        return list(self.story.in_reports.all())

    @cached_property
    def places(self) -> list:
        """Where it stands outside of what we control."""
        return list(self.story.places.all())


def with_chains(stories: QuerySet[Story]) -> list[Chain]:
    """Fetch stories with all that their pages say: as many questions for one as for twenty."""
    reports = ReportStory.objects.select_related("report__incubator", "report__municipality").order_by("pk")
    wanted = ("people__consents", "places", Prefetch("in_reports", reports))
    return [Chain(story) for story in stories.select_related("idea").prefetch_related(*wanted)]
