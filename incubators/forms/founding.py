"""What people write who want to start an incubator, and what national staff note about it."""

import datetime as dt
import uuid

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator, Initiative, Municipality
from incubators.place_names import find_municipalities, labels, unknown_words
from unlimited.content.forms import PlainTextField, TrapField, plain_text_formfield
from unlimited.content.templatetags.site_text import day
from unlimited.mail.forms import AddressField
from unlimited.users.models import User

# Who is called later than this is forgotten.
LONGEST_WAIT = dt.timedelta(days=365)


class StartForm(forms.Form):
    """The public form. `token` makes a double press one initiative."""

    use_required_attribute = False

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    who = PlainTextField(
        label=_("Who are you?"),
        help_text=_("Your name, and the club, the library or the group of neighbours if there is one."),
        max_length=200,
    )
    municipality = PlainTextField(
        label=_("Which municipality?"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "municipalities", "autocomplete": "off"}),
    )
    why = PlainTextField(
        label=_("Why there?"),
        help_text=_("What is missing, and who would join in? A few sentences are enough."),
        max_length=4000,
        widget=forms.Textarea,
    )
    email = AddressField(
        label=_("Your e-mail"),
        help_text=_("We answer here. Only those who follow it up see it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = forms.ChoiceField(
        label=_("Which language shall we write in?"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    for_machines = TrapField()

    @cached_property
    def places(self) -> list[Municipality]:
        return list(Municipality.objects.order_by("name"))

    @property
    def municipality_names(self) -> list[str]:
        return labels(self.places)

    def clean_municipality(self) -> Municipality:
        words = self.cleaned_data["municipality"]
        found = find_municipalities(words, self.places)
        if not found:
            raise ValidationError(unknown_words(words, self.places))
        if len(found) > 1:
            raise ValidationError(
                _("Several may be meant: %(names)s. Write one of them just like that."),
                params={"names": ", ".join(labels(found)[:6])},
            )
        return found[0]

    @property
    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("who", "municipality", "why", "email", "language")}


class FollowForm(forms.Form):
    """What was done, who has it and when the next contact is. `revision` is the one that was read."""

    use_required_attribute = False

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    status = forms.ChoiceField(label=_("Where it stands"))
    owner = forms.ModelChoiceField(label=_("Who follows it up"), queryset=User.objects.none(), required=False)
    next_contact_on = forms.DateField(
        label=_("Next contact"),
        help_text=_("Not needed when it has ended."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = PlainTextField(
        label=_("What was said or done"),
        help_text=_("When it ends, say why."),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, data=None, *, initiative: Initiative, by: User):
        initial = {
            "revision": initiative.revision,
            "status": initiative.status,
            "owner": initiative.owner_id or by.pk,
            "next_contact_on": initiative.next_contact_on,
        }
        super().__init__(data, initial=initial)
        self.promised_on = initiative.promised_on
        # An incubator is made by the form that asks for its name.
        self.fields["status"].choices = [
            (value, label)
            for value, label in Initiative.Status.choices
            if value == initiative.status or (initiative.can_become(value) and value != Initiative.Status.FOUNDED)
        ]
        has_it = Q(is_staff=True, is_active=True) | Q(pk=initiative.owner_id)
        self.fields["owner"].queryset = User.objects.filter(has_it).order_by("name", "email")

    def clean(self):
        data = super().clean()
        status, on, today = data.get("status"), data.get("next_contact_on"), timezone.localdate()
        if status == Initiative.Status.ENDED and not data.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say why it has ended."))
        if status in Initiative.OPEN_STATUSES and "next_contact_on" not in self.errors:
            if on is None:
                self.add_error("next_contact_on", _("Choose the day of the next contact, so that nobody is forgotten."))
            elif status == Initiative.Status.NEW and today <= self.promised_on < on:
                words = _("They are told to hear from us by %(day)s. Choose that day or an earlier one.")
                self.add_error("next_contact_on", words % {"day": day(self.promised_on)})
            elif not today <= on <= today + LONGEST_WAIT:
                self.add_error("next_contact_on", _("Choose a day from today on, within a year."))
        return data


class FoundForm(forms.ModelForm):
    """The new incubator. Its leader fills in the rest."""

    prefix = "found"
    use_required_attribute = False

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    invites_leader = forms.BooleanField(label=_("Invite the one who wrote to lead it"), required=False, initial=True)

    class Meta:
        model = Incubator
        fields = ("name", "district", "legal_status")
        formfield_callback = plain_text_formfield

    @property
    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in self._meta.fields}
