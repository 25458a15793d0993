"""What staff type for a person at the desk, and what that person types with their slip."""

import uuid

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ideas.actions import desk_entry as actions
from ideas.forms.moderation import CaseForm, text
from ideas.forms.submission import EmailForm, PublishingForm
from ideas.models import DeskEntry, Idea, Transition
from incubators.models import Incubator
from unlimited.content.forms import PlainTextField

Channel = DeskEntry.Channel


def _words_of(name: str, **kwargs) -> PlainTextField:
    """The field of the idea with that name, as an author would fill it in."""
    field = Idea._meta.get_field(name)
    return PlainTextField(label=field.verbose_name, max_length=field.max_length, **kwargs)


class DeskEntryForm(PublishingForm):
    """One screen for everything: somebody is waiting on the other side of the desk."""

    marks_optional = True

    token = forms.UUIDField(widget=forms.HiddenInput)
    incubator = forms.ModelChoiceField(
        label=_("At which incubator?"), queryset=Incubator.objects.none(), to_field_name="slug", empty_label=None
    )
    channel = forms.ChoiceField(
        label=DeskEntry._meta.get_field("channel").verbose_name,
        choices=Channel,
        initial=Channel.DESK,
        widget=forms.RadioSelect,
    )
    has_consent = forms.BooleanField(
        label=_("I have read this aloud, and they said yes"),
        error_messages={"required": _("Read the words aloud first. Without a yes nothing is written down.")},
    )
    need = _words_of(
        "need",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In their words, as near as you can."),
        error_messages={"required": _("Write what is missing, in their words.")},
    )
    proposal = _words_of(
        "proposal",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what they would like to do about it.")},
    )
    title = _words_of("title", required=False, help_text=_("Leave it empty, and the first words are the name."))
    neighbourhood = _words_of("neighbourhood", required=False, help_text=_("Never a home address."))
    language = forms.ChoiceField(
        label=_("Which language do they read best?"),
        help_text=_("The slip is printed in it."),
        choices=Idea._meta.get_field("language").choices,
        widget=forms.RadioSelect,
    )
    person_name = PlainTextField(
        label=DeskEntry._meta.get_field("person_name").verbose_name,
        max_length=80,
        required=False,
        help_text=_("A first name will do. Only those who work at the incubator see it."),
    )
    contact = PlainTextField(
        label=DeskEntry._meta.get_field("contact").verbose_name,
        max_length=200,
        required=False,
        help_text=_("Such as a telephone number, or where and when they come by. You need it to give them the answer."),
    )
    field_order = [
        "token", "incubator", "channel", "has_consent", "need", "proposal", "title", "neighbourhood", "language",
        "person_name", "contact", "may_publish", "age_band",
    ]  # fmt: skip

    def __init__(self, data=None, *, incubators: QuerySet[Incubator], language: str = "nb"):
        super().__init__(data, initial={"token": uuid.uuid4(), "language": language})
        self.fields["incubator"].queryset = incubators
        self.fields["may_publish"].label = _("May we show the idea on our pages if it is taken in? Ask them.")
        self.fields["may_publish"].help_text = _("Without their name. They can change their mind whenever they like.")
        self.fields["age_band"].label = _("Their age")
        if len(incubators) == 1:
            self.fields["incubator"].widget = forms.HiddenInput()
            self.initial["incubator"] = incubators[0].slug

    def save(self, *, by) -> tuple[Idea, str]:
        facts = dict(self.cleaned_data)
        del facts["has_consent"]
        texts = {name: facts.pop(name) for name in ("need", "proposal", "title", "neighbourhood", "language")}
        return actions.write_down_idea(by=by, texts=texts, **facts)


class ToldForm(CaseForm):
    """Somebody without e-mail has been told what happened."""

    name, kind = "fortalt", Transition.Kind.TOLD
    heading = _("Write down that you have told them")
    words = _("No mail reaches this person, so that somebody has to tell them.")
    button = _("I have told them")
    done = _("It is written down that they have been told.")
    action = actions.note_told
    internal_note = text(_("What did they say?"), rows=3, required=False)

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return bool(idea.told_by_slip and idea.told_by_slip.to_tell_since)


class CodeForm(forms.Form):
    """The code of a slip. What it opens is said by nothing but the page it leads to."""

    use_required_attribute = False

    code = PlainTextField(
        label=_("The code on your slip"),
        max_length=40,
        help_text=_("Large or small letters, with or without spaces."),
        error_messages={"required": _("Type the code that stands on your slip.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    code.is_secret = True  # it opens a case, so no page shows it again


class ClaimForm(EmailForm):
    """Where answers go from now on."""


class SlipWithdrawForm(forms.Form):
    reason = PlainTextField(
        label=_("Why?"), help_text=_("You need not say."), required=False, max_length=2000, widget=forms.Textarea
    )
