"""What staff and authors type about support: one form each, with whose it is and when it is possible."""

from collections.abc import Callable

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.actions import support as actions
from ideas.forms.moderation import text, typed_in
from ideas.models import Idea, SupportRelation
from ideas.models.support import with_caseload
from incubators.models import Incubator, Membership
from incubators.rules import has_role_at
from unlimited.content.forms import PlainTextField
from unlimited.lookups import OneOf
from unlimited.users.models import User


def supporters_at(incubator: Incubator) -> QuerySet[Membership]:
    """Those who support ideas at `incubator` now, by name, with `ideas_now`: how many they have said yes to."""
    people = incubator.memberships.current().filter(role=Membership.Role.SUPPORTER, user__is_active=True)
    return with_caseload(people.select_related("user")).order_by("user__name", "user__email")


class AskSupporterForm(forms.Form):
    """Whom to ask: of those who moderate the case, and of the supporter, who may hand it over."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    supporter = forms.ChoiceField(
        label=_("Who could support the idea?"), error_messages={"required": _("Choose who could support it.")}
    )
    note = text(
        _("Where does it stand?"),
        rows=3,
        required=False,
        help_text=_("Only those who work at the incubator read it."),
    )

    def __init__(self, data=None, *, idea: Idea, by: User):
        super().__init__(data, auto_id="id_spor_%s", initial={"revision": idea.revision})
        self.idea, self.by = idea, by
        now = idea.support_relations.active().exclude(supporter=None).values("supporter")
        self.people = {str(one.user.uuid): one for one in supporters_at(idea.incubator).filter(~OneOf("user", now))}
        self.fields["supporter"].choices = [
            ("", _("Choose")),
            *((key, self._words(one)) for key, one in self.people.items()),
        ]

    @staticmethod
    def _words(one: Membership) -> str:
        facts = {"name": one.user, "now": one.ideas_now, "most": one.capacity}
        return _("%(name)s, has %(now)s of %(most)s") % facts

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was written, to be shown where asking is no longer possible."""
        return typed_in(self)

    def clean_supporter(self) -> User:
        return self.people[self.cleaned_data["supporter"]].user

    def save(self) -> SupportRelation:
        facts = dict(self.cleaned_data)
        return actions.ask_supporter(idea=self.idea, by=self.by, seen_revision=facts.pop("revision"), **facts)


class SupportForm(forms.Form):
    """One thing to do with a support relation. `name` is its word in the address."""

    name: str
    heading: Promise
    intro: Promise | str = ""
    button: Promise
    done: Promise
    action: Callable

    def __init__(self, data=None, *, relation: SupportRelation):
        """Two can be under way on one page, so the ids of the fields name whose they are."""
        super().__init__(data, auto_id=f"id_{self.name}_{relation.uuid}_%s")
        self.relation = relation

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was written, to be shown where this can no longer be done."""
        return typed_in(self)

    @classmethod
    def is_possible(cls, relation: SupportRelation, user: User) -> bool:
        raise NotImplementedError

    def save(self, *, by: User) -> None:
        """Do it."""
        type(self).action(relation=self.relation, by=by, **self.cleaned_data)


def _moderates(user: User, idea: Idea) -> bool:
    return user.has_perm("ideas.moderate_idea", idea)


def _supports(user: User, relation: SupportRelation) -> bool:
    """Is the supporter named, and is still one where the idea is."""
    is_named = relation.supporter_id is not None and relation.supporter_id == user.pk
    return is_named and has_role_at(user, relation.idea.incubator_id, Membership.Role.SUPPORTER)


def _wrote(user: User, idea: Idea) -> bool:
    return idea.author_id is not None and idea.author_id == user.pk


class AgreeForm(SupportForm):
    name = "ja"
    heading = button = _("Say yes")
    done = _("You have said yes.")
    action = actions.agree_to_support

    @classmethod
    def is_possible(cls, relation: SupportRelation, user: User) -> bool:
        if relation.status == SupportRelation.Status.ASKED:
            return _supports(user, relation)
        return relation.status == SupportRelation.Status.OFFERED and _wrote(user, relation.idea)


class SpokenYesForm(SupportForm):
    name = "muntlig-ja"
    heading = _("The author has said yes to me")
    intro = _("The author has no account here, so you write down what was said.")
    button = _("Write it down and begin")
    done = _("It is written down. The work can begin.")
    action = actions.note_spoken_yes
    words_said = PlainTextField(
        label=_("When and how did they say yes?"),
        max_length=400,
        error_messages={"required": _("Write when and how they said yes.")},
    )

    @classmethod
    def is_possible(cls, relation: SupportRelation, user: User) -> bool:
        # Who wants the idea for themself does not write down the yes to it.
        is_theirs = _moderates(user, relation.idea) or (_supports(user, relation) and not relation.is_own_wish)
        return relation.status == SupportRelation.Status.OFFERED and relation.idea.author_id is None and is_theirs

    def save(self, *, by: User) -> None:
        actions.note_spoken_yes(relation=self.relation, by=by, words=self.cleaned_data["words_said"])


class DeclineForm(SupportForm):
    name = "nei"
    heading = _("Say no")
    button = _("Say no thanks")
    done = _("It is written down. Nobody begins.")
    action = actions.decline_support
    words = text(_("A word about why"), rows=3, required=False, help_text=_("Staff at the incubator read it."))

    @classmethod
    def is_possible(cls, relation: SupportRelation, user: User) -> bool:
        is_offered = relation.status == SupportRelation.Status.OFFERED
        return relation.is_waiting and (_supports(user, relation) or (is_offered and _wrote(user, relation.idea)))


class TakeBackForm(DeclineForm):
    """The same, for who asked on behalf of the incubator: it is not theirs to say no."""

    name = "ta-tilbake"
    heading = _("Take the question back")
    button = _("Take it back")
    done = _("The question is taken back. You can ask somebody else.")

    @classmethod
    def is_possible(cls, relation: SupportRelation, user: User) -> bool:
        return relation.is_waiting and _moderates(user, relation.idea) and not super().is_possible(relation, user)


class ContactForm(SupportForm):
    name = "kontakt"
    heading = button = _("We were in touch today")
    done = _("It is written down that you were in touch today.")
    action = actions.note_contact

    @classmethod
    def is_possible(cls, relation: SupportRelation, user: User) -> bool:
        return relation.is_active and _supports(user, relation)


class EndSupportForm(SupportForm):
    name = "avslutt"
    heading = _("End the work together")
    button = _("End it")
    done = _("The work together has ended, and the other one is told.")
    action = actions.end_support
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=[(one.value, one.label) for one in SupportRelation.REASONS_TO_CHOOSE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it ends.")},
    )
    words = text(
        _("A word to the other one"),
        most=2000,
        rows=3,
        missing=_("Write a word to the other one. Both of you read it."),
    )

    @classmethod
    def is_possible(cls, relation: SupportRelation, user: User) -> bool:
        is_theirs = _supports(user, relation) or _moderates(user, relation.idea) or _wrote(user, relation.idea)
        return relation.is_active and is_theirs


_FORMS = (AgreeForm, SpokenYesForm, ContactForm, DeclineForm, TakeBackForm, EndSupportForm)
SUPPORT_FORMS = {form.name: form for form in _FORMS}
