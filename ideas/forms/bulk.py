"""What can be done with many cases at once: what is in `BULKS`, and no more.

Never an answer. Who sends in an idea gets their own yes, no or end, written about it: that is a promise of ours, so
taking in, declining and ending have no place in the table, nor has asking for changes or putting on hold, whose reason
is about one idea. A case taken, put back or passed on, a hiding with one cause, and one message to all are honest.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.actions.bulk import Outcome, act_on_each
from ideas.actions.transitions import IdeaError
from ideas.forms.moderation import CaseForm, HideForm, ReleaseForm, ShowForm, TakeForm
from ideas.forms.notes import MessageForm
from ideas.forms.sharing import PassOnForm
from ideas.models import Idea
from ideas.models.answers import offers_at
from unlimited.users.models import User


class PassAllOnForm(PassOnForm):
    """Every colleague is offered: each case may have another holder."""

    def on_it(self) -> set[str]:
        """Nobody has all of them."""
        return set()


class WriteToAllForm(MessageForm):
    """The same message to each author, where there is one to read it."""

    heading = gettext_lazy("Write to the authors")

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return super().is_possible(idea, user) and idea.author_id is not None


@dataclass(frozen=True)
class Bulk:
    """One thing to do with many. `form` is the one of the case's own page: its words are typed once, for all."""

    form: type[CaseForm]
    heading: Promise
    # What will happen to this case, and what is said where it cannot.
    will: Callable[[Idea], str]
    cannot: Callable[[Idea], str]
    # What there is to choose differs by incubator, so the cases are those of one.
    is_of_one_place: bool = False

    @property
    def name(self) -> str:
        return self.form.name

    def obstacle(self, idea: Idea, user: User) -> str:
        """Say why it cannot be done with `idea` as it is; nothing where it can."""
        return "" if self.form.is_possible(idea, user) else self.cannot(idea)


def _holder(idea: Idea) -> str:
    who = idea.taken_by
    return _("%(who)s has it now.") % {"who": who} if who else _("Nobody has it now.")


def _not_open(idea: Idea) -> str:
    return "" if idea.status in Idea.OPEN_STATUSES else _("The case is closed.")


BULKS = {
    bulk.name: bulk
    for bulk in (
        Bulk(
            TakeForm, gettext_lazy("Take the cases"), _holder, lambda idea: _not_open(idea) or _("You have it already.")
        ),
        Bulk(
            ReleaseForm,
            gettext_lazy("Put the cases back in the queue"),
            lambda idea: _("You have it now. After this nobody has."),
            lambda idea: _not_open(idea) or _("You do not have it."),
        ),
        Bulk(
            PassAllOnForm, gettext_lazy("Pass the cases on to a colleague"), _holder, _not_open, is_of_one_place=True
        ),
        Bulk(
            WriteToAllForm,
            gettext_lazy("Write to the authors"),
            lambda idea: _("The author gets a mail and reads it."),
            lambda idea: _("The author's details are deleted. Nobody will read this."),
        ),
        Bulk(
            HideForm,
            gettext_lazy("Hide the ideas from the public pages"),
            lambda idea: _("It is hidden, and the author reads the reason."),
            lambda idea: _("It is hidden already."),
        ),
        Bulk(
            ShowForm,
            gettext_lazy("Show the ideas on the public pages again"),
            lambda idea: _("It is hidden no longer, and the author is told."),
            lambda idea: _("It is not hidden."),
        ),
    )
}  # fmt: skip
CHOICES = [(bulk.name, bulk.heading) for bulk in BULKS.values()]


class StoppedError(IdeaError):
    """It cannot be done with the case as it was when the person saw it. `words` say why."""

    def __init__(self, words: str):
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Row:
    """One chosen case. `seen` is the revision that the person decides on."""

    idea: Idea
    seen: int
    obstacle: str
    will: str

    @property
    def value(self) -> str:
        return f"{self.idea.uuid}.{self.seen}"


class Selection:
    """The cases that somebody chose, those that they moderate: all others are left out, whether they are or not.

    `is_sent`: they have decided, and not only chosen. `is_fresh` forgets at what they decided: they see the cases anew.
    """

    FIELD, MOST = "sak", 50

    def __init__(self, data: QueryDict, *, bulk: Bulk, user: User, is_sent: bool, is_fresh: bool = False):
        self.data, self.bulk, self.user, self.is_sent = data, bulk, user, is_sent
        self.seen = seen_in(data)
        self.is_cut = len(self.seen) > self.MOST
        wanted = list(self.seen)[: self.MOST]
        cases = Idea.objects.submitted_to(user).filter(uuid__in=wanted).order_by("answer_due_on", "pk")
        cases = list(cases.select_related("incubator", "author", "taken_by"))
        self.left_out = len(wanted) - len(cases)
        self.place = next((case.incubator for case in cases if not bulk.obstacle(case, user)), None)
        self.rows = [
            Row(
                idea=case,
                seen=self.seen[case.uuid] if is_sent and not is_fresh else case.revision,
                obstacle=self._obstacle(case),
                will=bulk.will(case),
            )
            for case in cases
        ]

    def _obstacle(self, idea: Idea) -> str:
        obstacle = self.bulk.obstacle(idea, self.user)
        if not obstacle and self.bulk.is_of_one_place and idea.incubator != self.place:
            return _("It lies at another incubator. Do it for those in a round of its own.")
        return obstacle

    @property
    def able(self) -> list[Row]:
        return [row for row in self.rows if not row.obstacle]

    @property
    def unable(self) -> list[Row]:
        return [row for row in self.rows if row.obstacle]

    @cached_property
    def form(self) -> CaseForm:
        """The words for all of them, as they were typed where they were."""
        idea = self.able[0].idea if self.able else Idea(incubator=self.place)
        form = self.bulk.form(self.data if self.is_sent else None, idea=idea)
        form.fields.pop("revision", None)
        if self.place and not form.is_bound:
            form.offer(offers_at(self.place))
        return form

    def do(self) -> list[Outcome]:
        """Do it with each, with the words of the valid form; the cases may have changed since they were seen."""
        seen, obstacles = {row.idea.pk: row.seen for row in self.rows}, {row.idea.pk: row.obstacle for row in self.rows}

        def act(idea: Idea) -> None:
            # Where it has changed since it was seen, the action says so, or finds that this person did it already.
            if obstacles[idea.pk] and seen[idea.pk] == idea.revision:
                raise StoppedError(obstacles[idea.pk])
            facts = dict(self.form.cleaned_data)
            if "token" in facts:
                facts["token"] = uuid.uuid5(facts["token"], idea.uuid.hex)
            else:
                facts["seen_revision"] = seen[idea.pk]
            self.bulk.form.action(idea=idea, by=self.user, **facts)

        return act_on_each(cases=[row.idea for row in self.rows], by=self.user, kind=self.bulk.form.kind, act=act)


def seen_in(data: QueryDict) -> dict[uuid.UUID, int]:
    """Read which cases were chosen, and at which revision each was seen; 0 where none is named."""
    seen = {}
    for value in data.getlist(Selection.FIELD):
        name, _dot, revision = value.partition(".")
        try:
            seen[uuid.UUID(name)] = int(revision) if revision.isdecimal() and len(revision) < 10 else 0
        except ValueError:
            continue
    return seen
