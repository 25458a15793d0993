"""The screens on which a resident writes an idea, and what is asked when it is sent in."""

import uuid
from collections.abc import Collection

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ideas.actions.submission import Saved
from ideas.models import Idea, Theme
from incubators.models import Incubator
from unlimited.content.forms import PictureField, PlainTextField, TrapField, plain_text_formfield
from unlimited.mail.forms import AddressField

CHANGED_ELSEWHERE = _("This was changed in another window while you wrote. There it says now:")
KEEP_YOURS = _("What you wrote stands here. Save once more to keep it, or copy in what you want from the other text.")


class ScreenForm(forms.ModelForm):
    """One screen: a few fields of a draft. It saves nothing itself: `values` goes to save_draft, valid as a whole or
    not, so that one mistake never costs another field.

    `seen` carries what each field held when the person began to write: see Idea.fingerprint.
    """

    # A fingerprint for each field of a screen.
    seen = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    use_required_attribute = False
    heading = lead = ""

    class Meta:
        model = Idea
        fields = []
        formfield_callback = plain_text_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.fingerprints(self.instance)

    @property
    def screen_fields(self) -> list[str]:
        return [name for name in self.fields if name in self._meta.fields]

    @property
    def values(self) -> dict:
        """What was given, as far as it can be stored. Reading `errors` validates."""
        given = self.cleaned_data if self.errors or self.is_bound else {}
        return {name: given[name] for name in self.screen_fields if name in given}

    @property
    def seen_fingerprints(self) -> dict[str, str]:
        """From *need:1a2b,proposal:3c4d*. A picture is new whenever one is sent."""
        pairs = (pair.partition(":") for pair in self.cleaned_data.get("seen", "").split(","))
        return {name: mark for name, _colon, mark in pairs if name in self.screen_fields and name != "picture"}

    @property
    def problems(self) -> list[str]:
        """What is wrong with what was typed; what is not written yet is no problem while writing."""
        wrong = ((name, errors) for name, errors in self.errors.as_data().items())
        return [m for _name, errors in wrong for error in errors if error.code != "required" for m in error.messages]

    @property
    def answers(self) -> list[tuple[str, str, object]]:
        """Name, label and value of what the draft holds already, for looking it over."""
        idea, held = self.instance, []
        for name in self.screen_fields:
            value = idea.themes.all() if name == "themes" else getattr(idea, name)
            words = idea.get_language_display() if name == "language" else value
            if value and not (name == "language" and not idea.title):  # asked together, and never empty
                held.append((name, self.fields[name].label, words if name == "picture" else _in_words(words)))
        return held

    def fingerprints(self, idea: Idea, kept: Collection[str] = ()) -> str:
        """What the form's fields hold now; of those in `kept`, what the form was told before."""
        known = self.seen_fingerprints if kept else {}
        return ",".join(
            f"{name}:{known[name] if name in kept and name in known else idea.fingerprint(name)}"
            for name in self.screen_fields
        )

    def tell(self, saved: Saved) -> None:
        """Show beside each field what was written elsewhere meanwhile. The next save wins: now they have seen it."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.fingerprints(saved.idea)
        for name, stored in saved.conflicts.items():
            self.add_error(name, [CHANGED_ELSEWHERE, _("“%(text)s”") % {"text": _in_words(stored)}, KEEP_YOURS])

    def _post_clean(self):
        """The draft in hand stays as it was read: the action writes, on the locked row."""


def _in_words(stored) -> str:
    """What a field holds, for a person to compare with what they wrote."""
    if hasattr(stored, "all"):
        stored = [str(one) for one in stored.all()]
    elif isinstance(stored, list):
        stored = [str(Idea.Help(one).label) for one in stored]
    return ", ".join(stored) if isinstance(stored, list) else str(stored or "")


class WordsForm(ScreenForm):
    heading = _("Your idea")
    lead = _("A few sentences are enough. You can change it all until you send it in.")

    class Meta(ScreenForm.Meta):
        fields = ["need", "proposal"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        need, proposal = self.fields["need"], self.fields["proposal"]
        need.required = proposal.required = True
        need.error_messages["required"] = _("Write what is missing, in your own words.")
        proposal.error_messages["required"] = _("Write what you would like to do about it.")
        need.help_text = _("What do you see, and who feels it?")
        proposal.help_text = _("It does not have to be finished. A first step is an idea too.")


class NewIdeaForm(WordsForm):
    """The first screen, before there is a draft.

    `chosen` is the incubator from whose page the person came; it can be changed on the screen about the place.
    """

    chosen = PlainTextField(required=False, widget=forms.HiddenInput)
    for_machines = TrapField()

    class Meta(WordsForm.Meta):
        pass

    @cached_property
    def chosen_incubator(self) -> Incubator | None:
        slug = PlainTextField().to_python(self["chosen"].value() or "")
        return Incubator.objects.places().filter(slug=slug).first() if slug else None


class AudienceForm(ScreenForm):
    heading = _("For whom")
    lead = _("Young people after school? Parents on leave? Everybody on the street?")

    class Meta(ScreenForm.Meta):
        fields = ["audience"]


class JoinersForm(ScreenForm):
    heading = _("Who joins in")
    lead = _("People, clubs, a school, a shop. Describe them, and leave out the names and numbers of others.")

    class Meta(ScreenForm.Meta):
        fields = ["joiners"]


class HelpForm(ScreenForm):
    heading = _("Help you need")
    lead = _("Tick as many as you like. The incubator helps you find some of it.")
    help_needed = forms.MultipleChoiceField(
        label=Idea._meta.get_field("help_needed").verbose_name,
        choices=Idea.Help.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(ScreenForm.Meta):
        fields = ["help_needed", "help_details"]


class ThemesForm(ScreenForm):
    heading = _("Themes")
    lead = _("Others find your idea by them.")
    themes = forms.ModelMultipleChoiceField(
        label=_("What is the idea about?"),
        queryset=Theme.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(ScreenForm.Meta):
        fields = ["themes"]


class IncubatorChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, incubator: Incubator) -> str:
        if incubator.is_national_intake:
            return _("%(name)s, for the whole country") % {"name": incubator.name}
        place = ", ".join(filter(None, [str(incubator.municipality), incubator.district]))
        return f"{place}: {incubator.name}"


class PlaceForm(ScreenForm):
    heading = _("Where")
    lead = _("Name the neighbourhood, never a home address.")
    incubator = IncubatorChoiceField(
        label=_("Which incubator is near?"),
        help_text=_(
            "They read your idea. If you do not know, the place above decides. "
            "If none is there, Norge Unlimited reads it."
        ),
        queryset=Incubator.objects.active().select_related("municipality").by_place(),
        required=False,
        empty_label=_("I do not know, or there is none near me"),
    )

    class Meta(ScreenForm.Meta):
        fields = ["neighbourhood", "incubator"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["neighbourhood"].help_text = _("Such as Tøyen, or the area around the school. A postcode will do.")
        if self.instance.status != Idea.Status.DRAFT:
            del self.fields["incubator"]  # who has read it once goes on reading it


class PictureForm(ScreenForm):
    heading = _("A picture")
    lead = _("A sketch, or a photo of the place. Choose one without faces, or ask those who are in it first.")
    picture = PictureField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or AVIF, at most 10 MB. Where and when it was taken is removed."),
        required=False,
    )
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    class Meta(ScreenForm.Meta):
        fields = ["picture", "picture_alt"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["picture_alt"].help_text = _("One sentence, for those who cannot see it.")
        if not self.instance.picture:
            del self.fields["remove_picture"]

    def clean(self):
        data = super().clean()
        if data.get("remove_picture"):
            data["picture"] = data["picture_alt"] = ""
        elif data.get("picture") and data.get("picture_alt") == "":
            self.add_error("picture_alt", _("Say in one sentence what the picture shows."))
        return data


class NameForm(ScreenForm):
    heading = _("A name")
    lead = _("Short and easy to remember. Without one, we take the first words of what you would like to do.")

    class Meta(ScreenForm.Meta):
        fields = ["title", "language"]
        widgets = {"language": forms.RadioSelect}


# In the order in which they are asked; only the first must be answered.
SCREENS: dict[str, type[ScreenForm]] = {
    "ideen": WordsForm,
    "hvem": AudienceForm,
    "med": JoinersForm,
    "hjelp": HelpForm,
    "tema": ThemesForm,
    "sted": PlaceForm,
    "bilde": PictureForm,
    "navn": NameForm,
}


class KeptTextsForm(forms.ModelForm):
    """Whatever texts came for a draft that this browser may not open: they can begin a new one."""

    class Meta:
        model = Idea
        fields = ["need", "proposal", "audience", "joiners", "help_details", "neighbourhood", "picture_alt", "title"]
        formfield_callback = plain_text_formfield

    @cached_property
    def given(self) -> dict[str, str]:
        """The texts that came, by field, cleaned."""
        texts = ((name, self.fields[name].to_python(self.data.get(name, ""))) for name in self.fields)
        return {name: text for name, text in texts if text}

    @property
    def storable(self) -> dict[str, str]:
        return {name: text for name, text in self.given.items() if name not in self.errors}


class EmailForm(forms.Form):
    """Where the answer goes. A code by e-mail shows that the address is right; there is no password."""

    use_required_attribute = False

    email = AddressField(
        label=_("Your e-mail"),
        help_text=_("We send a code to it now, and the answer later. Nobody else sees it on our pages."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )


class PublishingForm(forms.Form):
    """The consent to publish, and only with it the age: needed for a yes, not asked otherwise."""

    use_required_attribute = False
    marks_optional = False

    may_publish = forms.TypedChoiceField(
        label=_("May we show the idea on our pages if it is taken in?"),
        help_text=_("Without your name. You can change your mind whenever you like."),
        choices=[("yes", _("Yes, everyone may read it")), ("no", _("No, only the incubator"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    age_band = forms.ChoiceField(
        label=_("Your age"),
        help_text=_("For a yes only: we publish nothing by people too young to decide it alone."),
        choices=Idea.AgeBand.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean(self):
        data = super().clean()
        if data.get("may_publish") and data.get("age_band") == "":
            self.add_error("age_band", _("Choose your age, so that we know whether we may publish."))
        if not data.get("may_publish"):
            data["age_band"] = ""
        return data


class SendForm(PublishingForm):
    """The last button. `revision` is the one that was looked over; `reader` the incubator selected for the place."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    reader = PlainTextField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, selected: Incubator | None = None, **kwargs):
        super().__init__(data, **kwargs)
        self.selected = selected
        self.initial["reader"] = selected.slug if selected else ""

    def clean_reader(self):
        """Whoever reads it is the one that the page named."""
        if self.cleaned_data["reader"] != self.initial["reader"]:
            self.data = self.data.copy()
            self.data["reader"] = self.initial["reader"]
            raise forms.ValidationError(_("Another incubator reads the idea now. Look it over, then send it in."))
        return self.cleaned_data["reader"]

    def look_again(self, idea: Idea) -> None:
        """The idea changed after it was looked over: show it as it is, and take the next press for that."""
        self.data = self.data.copy()
        self.data["revision"] = idea.revision
        self.add_error(
            None, _("The idea was changed in another window after you opened this page. Look it over, then send it in.")
        )


class WithdrawForm(forms.Form):
    reason = PlainTextField(
        label=_("Why?"),
        help_text=_("You need not say. The incubator reads it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
    )


class MessageForm(forms.Form):
    """A message to the incubator. `token` makes a double press one message."""

    use_required_attribute = False

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    body = PlainTextField(
        label=_("Write to the incubator"),
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )
