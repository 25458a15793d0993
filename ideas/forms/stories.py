"""What the two sides do with a story, and what somebody in it says yes to."""

import datetime as dt
import uuid
from collections.abc import Callable

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.actions import stories as actions
from ideas.forms.moderation import text
from ideas.models import Idea, Purpose, Story, StoryPerson
from unlimited.content.forms import PlainTextField
from unlimited.mail.forms import AddressField
from unlimited.users.models import User

USUAL, LONGEST = dt.timedelta(days=365), dt.timedelta(days=5 * 365 + 1)
ELSEWHERE = [choice for choice in Purpose.choices if choice[0] != Purpose.REPORT]


def _day(label, **kwargs) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def _until(label) -> forms.DateField:
    """A day that only matters where its yes is ticked."""
    field = _day(label, required=False)
    field.marks_optional = False
    return field


def _revision(**kwargs) -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, **kwargs)


def _is_too_far(until: dt.date) -> bool:
    today = timezone.localdate()
    return not today <= until <= today + LONGEST


TOO_FAR = _("Choose a day from today on, within five years.")


class StoryForm(forms.Form):
    """A new story by its `token`, or one that is there by its `revision`."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = _revision(required=False)
    title = PlainTextField(
        label=_("What is the story called?"),
        max_length=120,
        error_messages={"required": _("Give the story a name.")},
    )
    body = text(
        _("Tell it"),
        most=6000,
        rows=10,
        missing=_("Write the story."),
        help_text=_("What was it like before, what happened, and what is different now?"),
    )
    language = forms.ChoiceField(label=_("Which language is the story written in?"), choices=settings.LANGUAGES)
    WORDS = ("title", "body", "language")

    def __init__(self, data=None, *, idea: Idea, by: User, story: Story | None = None, **kwargs):
        if story:
            kwargs["initial"] = {name: getattr(story, name) for name in (*self.WORDS, "revision")}
        super().__init__(data, **kwargs)
        self.idea, self.by, self.story = idea, by, story

    def clean_token(self):
        """A story that is there needs none; a new one without is a new one."""
        return self.cleaned_data["token"] or uuid.uuid4()

    def save(self) -> Story:
        words = {name: self.cleaned_data[name] for name in self.WORDS}
        if self.story:
            seen = self.cleaned_data["revision"] or 0
            return actions.change_story(story=self.story, by=self.by, seen_revision=seen, **words)
        return actions.write_story(idea=self.idea, by=self.by, token=self.cleaned_data["token"], **words)


class StoryActForm(forms.Form):
    """One thing to do with a story on its page. `name` is its word in the address.

    `who` can do it: the two `sides` while the idea is or was taken in, `staff` who have the case, or `all` of these at
    any time.
    """

    name: str
    heading: Promise
    intro: Promise | str = ""
    button: Promise
    done: Promise
    action: Callable
    who = "sides"

    def __init__(self, data=None, *, story: Story, by: User):
        super().__init__(data, auto_id=f"id_{self.name}_%s")
        self.story, self.by = story, by
        if "person" in self.fields:
            people = {str(one.uuid): one for one in story.people.all() if self.is_about(one)}
            self.fields["person"].choices = [("", _("Choose")), *((key, str(one)) for key, one in people.items())]
            self.people = people
        if "revision" in self.fields:
            self.fields["revision"].initial = story.revision

    @property
    def is_possible(self) -> bool:
        return "person" not in self.fields or bool(self.people)

    def is_about(self, person: StoryPerson) -> bool:
        """Whether this can be done about `person`. Who has left is nobody to act for."""
        return bool(person.name)

    def clean_person(self) -> StoryPerson:
        person = self.people[self.cleaned_data["person"]]
        person.story = self.story
        return person

    def save(self) -> None:
        """Do it: about a person where one is chosen, else about the story."""
        facts = dict(self.cleaned_data)
        if "revision" in facts:
            facts["seen_revision"] = facts.pop("revision")
        if "person" not in facts:
            facts["story"] = self.story
        type(self).action(by=self.by, **facts)


def _person() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Who?"), error_messages={"required": _("Choose who it is.")})


def _purposes(label, choices=Purpose.choices) -> forms.MultipleChoiceField:
    errors = {"required": _("Tick at least one.")}
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, error_messages=errors)


class AskForm(StoryActForm):
    name = "spor"
    heading = button = _("Ask by mail those who have not said yes")
    done = _("They are asked by mail.")
    action = actions.ask_people

    @property
    def is_possible(self) -> bool:
        return any(one.email for one in self.story.people.all())


class PersonForm(StoryActForm):
    name = "person"
    heading = _("Somebody else is in the story")
    intro = _("Everyone whom one can recognise in it has to say yes.")
    button = _("Write them down")
    done = _("They are written down. The story is shown nowhere before they have said yes.")
    action = actions.add_person
    # Not `name`: that is the form's own word.
    called = PlainTextField(
        label=_("What are they called in the story?"),
        max_length=120,
        error_messages={"required": _("Write what they are called.")},
    )
    email = AddressField(
        label=_("E-mail"), required=False, help_text=_("Leave it empty where they have none: then ask them yourself.")
    )
    language = forms.ChoiceField(label=_("Which language do they read?"), choices=settings.LANGUAGES)

    def save(self) -> None:
        facts = dict(self.cleaned_data)
        actions.add_person(story=self.story, by=self.by, name=facts.pop("called"), **facts)


class SpokenYesForm(StoryActForm):
    name = "muntlig-ja"
    heading = _("Somebody without e-mail has said yes to me")
    intro = _("Read the story to them as it is now. Tell them that they can take it back at any time.")
    button = _("Write the yes down")
    done = _("The yes is written down.")
    action = actions.write_down_yes
    revision = _revision()
    person = _person()
    purposes = _purposes(_("To what did they say yes?"))
    until = _day(_("Until when?"), error_messages={"required": _("Give the last day of the yes.")})
    spoken_words = PlainTextField(
        label=_("When and how did they say yes?"),
        max_length=400,
        error_messages={"required": _("Write when and how they said yes.")},
    )
    is_old_enough = forms.BooleanField()

    def __init__(self, data=None, *, story: Story, by: User):
        super().__init__(data, story=story, by=by)
        self.fields["until"].initial = timezone.localdate() + USUAL
        self.fields["is_old_enough"].label = _("They are %(age)s or older") % {"age": settings.CONSENT_AGE}
        self.fields["is_old_enough"].error_messages["required"] = _too_young()

    def is_about(self, person: StoryPerson) -> bool:
        return super().is_about(person) and not person.email

    def clean(self) -> dict:
        facts = super().clean()
        facts.pop("is_old_enough", None)
        if (until := facts.get("until")) and _is_too_far(until):
            self.add_error("until", TOO_FAR)
        return facts


class SpokenNoForm(StoryActForm):
    name = "muntlig-nei"
    heading = _("Somebody has taken back a yes, and told me")
    intro = _("What we control is taken out at once. See to the other places yourself.")
    button = _("Write down that it is taken back")
    done = _("It is written down, and the story is taken out of what we control.")
    action = actions.write_down_no
    # A yes can always be taken back.
    who = "all"
    person = _person()
    purposes = _purposes(_("What do they take back?"))


class TakeOffForm(StoryActForm):
    name = "ta-av"
    heading = _("Take somebody off who is not in the story")
    intro = _("For a wrong name or address. Who has said yes to something stays. The others are asked again.")
    button = _("Take them off")
    done = _("They are taken off. Everyone else has to be asked again.")
    action = actions.take_off
    person = _person()

    def is_about(self, person: StoryPerson) -> bool:
        return super().is_about(person) and not person.consents.all()


class PlaceForm(StoryActForm):
    name = "sted"
    heading = _("We have used it somewhere else")
    intro = _("So that it can be named to whoever takes back their yes. Only where everyone has said yes to that.")
    button = _("Write the place down")
    done = _("The place is written down.")
    action = actions.note_place
    who = "staff"
    purpose = forms.ChoiceField(label=_("What kind of place?"), choices=ELSEWHERE)
    where = PlainTextField(
        label=_("Where?"),
        max_length=200,
        help_text=_("For example: The conference in Stavanger, slide 12"),
        error_messages={"required": _("Write where it stands.")},
    )
    url = forms.URLField(label=_("Link"), max_length=300, required=False, assume_scheme="https")
    used_on = _day(_("Which day?"), error_messages={"required": _("Give the day.")})

    def __init__(self, data=None, *, story: Story, by: User):
        super().__init__(data, story=story, by=by)
        self.fields["used_on"].initial = timezone.localdate()
        self.fields["purpose"].choices = [
            (key, _("On another website") if key == Purpose.WEB else label) for key, label in ELSEWHERE
        ]

    def clean_used_on(self) -> dt.date:
        """A day on which there was such a story, or soon."""
        used_on = self.cleaned_data["used_on"]
        if not timezone.localdate(self.story.created_at) <= used_on <= timezone.localdate() + USUAL:
            raise forms.ValidationError(_("Choose a day since the story was written, within a year from now."))
        return used_on


STORY_FORMS = {
    form.name: form for form in (AskForm, PersonForm, SpokenYesForm, SpokenNoForm, TakeOffForm, PlaceForm)
}  # fmt: skip


def _too_young() -> str:
    words = _("Who is under %(age)s cannot say yes alone. Then the story is not used.")
    return words % {"age": settings.CONSENT_AGE}


class AnswerForm(forms.Form):
    """What somebody in a story says yes to, each use with a day of its own. A yes to earlier words is not ticked."""

    revision = _revision()
    web = forms.BooleanField(
        label=_("Yes, on this website"), required=False, help_text=_("Everyone can read it there.")
    )
    web_until = _until(_("On this website until"))
    report = forms.BooleanField(
        label=_("Yes, in reports to the municipality"),
        required=False,
        help_text=_("Whoever has downloaded a report keeps their copy."),
    )
    report_until = _until(_("In reports until"))
    conference = forms.BooleanField(
        label=_("Yes, at conferences"), required=False, help_text=_("Told or shown to those who are there.")
    )
    conference_until = _until(_("At conferences until"))
    press = forms.BooleanField(
        label=_("Yes, in newspapers, radio and television"),
        required=False,
        help_text=_("What is printed or sent cannot be called back."),
    )
    press_until = _until(_("In newspapers, radio and television until"))
    is_old_enough = forms.BooleanField(required=False)

    def __init__(self, data=None, *, person: StoryPerson):
        usual, revision = timezone.localdate() + USUAL, person.story.revision
        valid = [one for one in person.consents.all() if not one.withdrawn_at and one.until >= timezone.localdate()]
        days = {one.purpose: one.until for one in valid if one.story_revision == revision}
        initial = {f"{name}_until": days.get(name, usual) for name in Purpose.values}
        initial |= dict.fromkeys(days, True) | {"revision": revision, "is_old_enough": bool(days)}
        super().__init__(data, initial=initial)
        self.person = person
        self.fields["is_old_enough"].label = _("I am %(age)s or older") % {"age": settings.CONSENT_AGE}
        self.fields["is_old_enough"].help_text = _too_young()

    def uses(self) -> list[tuple]:
        """The fields of each use: its yes and its last day."""
        return [(self[name], self[f"{name}_until"]) for name in Purpose.values]

    def clean(self) -> dict:
        facts = super().clean()
        ticked = [name for name in Purpose.values if facts.get(name)]
        for field in [f"{name}_until" for name in ticked if f"{name}_until" not in self.errors]:
            if not facts.get(field):
                self.add_error(field, _("Give the last day of your yes."))
            elif _is_too_far(facts[field]):
                self.add_error(field, TOO_FAR)
        if ticked and not facts.get("is_old_enough"):
            self.add_error("is_old_enough", _too_young())
        return facts

    def save(self) -> Story:
        facts = self.cleaned_data
        yes = {name: facts[f"{name}_until"] for name in Purpose.values if facts[name]}
        return actions.answer_story(person=self.person, seen_revision=facts["revision"], yes=yes)
