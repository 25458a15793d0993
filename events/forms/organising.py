"""What organisers type about series and events."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.actions.organising import RESERVED, free_slug
from events.actions.times import REGISTRATION, outside, registration_along, sessions_along
from events.forms.versions import VersionedForm
from events.models import Event, Series
from incubators.models import Incubator, Membership
from unlimited.content.forms import MomentField, PlainTextField, plain_text_formfield
from unlimited.content.templatetags.site_text import moment
from unlimited.users.rules import is_national_staff

LATEST_REMINDER = 60
MOST_REMINDERS = 4
# Sessions named in one error; the programme shows the others.
MOST_NAMED = 5


def formfield(db_field: models.Field, **kwargs):
    """Plain text, and moments of our clocks."""
    if isinstance(db_field, models.URLField):
        kwargs["assume_scheme"] = "https"
    if isinstance(db_field, models.DateTimeField):
        kwargs["form_class"] = MomentField
    return plain_text_formfield(db_field, **kwargs)


class DaysField(PlainTextField):
    """Numbers of days, typed as *7, 1*."""

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        words = super().to_python(value).replace(",", " ").split()
        days = sorted({int(word) for word in words if word.isdecimal() and len(word) < 4}, reverse=True)
        if not all(word.isdecimal() for word in words) or any(not 1 <= day <= LATEST_REMINDER for day in days):
            raise ValidationError(_("Write whole numbers from 1 to 60 with a comma between: 7, 1"), code="invalid")
        if len(days) > MOST_REMINDERS or len(words) > 2 * MOST_REMINDERS:
            raise ValidationError(_("Four reminders are the most."), code="invalid")
        return days

    def run_validators(self, value):
        """Those of CharField are for a text; the bounds above are all that hold for a list."""

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True


class DeskFilter(forms.Form):
    """Which events the desk shows; an address that makes no sense shows all to come."""

    PAST = "tidligere"
    marks_optional = False

    q = PlainTextField(label=_("Title, town or series"), required=False, widget=forms.TextInput({"type": "search"}))
    period = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data):
        super().__init__(data, auto_id="filter_%s")
        self.full_clean()
        self.words = self.cleaned_data.get("q", "")
        self.is_past = self.cleaned_data.get("period") == self.PAST
        self.errors.clear()

    def add_prefix(self, field_name: str) -> str:
        # The words of the address are Norwegian.
        return {"period": "tid"}.get(field_name, field_name)

    def narrow(self, events: QuerySet) -> QuerySet:
        return events.past() if self.is_past else events.upcoming()


class _OrganisedForm(VersionedForm):
    """What belongs to an incubator of the person's, or to the whole network where national staff write it."""

    # The visible fields as (heading, fields), in the order of the page.
    groups: list[tuple[str, list]]

    def __init__(self, data=None, *, instance, user):
        super().__init__(data, instance=instance)
        self.user = user
        self.is_new = instance.pk is None
        self.initial["seen"] = "" if self.is_new else self.version_of(instance)
        self._offer_places()
        if not self.is_new and instance.is_published:
            # Others have linked to it, so it stays.
            del self.fields["slug"]
            return
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Leave this empty, and we make it of the title. It cannot be changed once it is published."
        )

    def _offer_places(self):
        """National staff may choose none or any; others one of those where they lead or moderate."""
        places, field = Incubator.objects.places(), self.fields["incubator"]
        if is_national_staff(self.user):
            field.empty_label = _("None: the whole network")
        else:
            places = places.staffed_by(self.user, Membership.Role.LEADER, Membership.Role.MODERATOR)
            field.required = True
            if self.is_new and len(places) == 1:
                self.initial["incubator"] = places[0].pk
        if not self.is_new:
            places = places | Incubator.objects.filter(pk=self.instance.incubator_id)
        field.queryset = places.order_by("name")

    def clean_slug(self) -> str:
        slug = self.cleaned_data.get("slug") or ""
        if slug in RESERVED:
            raise ValidationError(_("Another page has this address. Choose another."), code="reserved")
        return slug

    def clean_seen(self) -> dt.datetime | None:
        """A version that is none is another one than the newest: the action says so."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None

    def version_of(self, row) -> str:
        return row.updated_at.isoformat()

    @property
    def values(self) -> dict:
        """Return the fields of the model: all of a new one, else those that the person changed."""
        names = self._meta.fields if self.is_new else [name for name in self.changed_data if name in self._meta.fields]
        return {name: self.cleaned_data[name] for name in names}

    def anew(self, data, row) -> "_OrganisedForm":
        return type(self)(data, instance=row, user=self.user)

    def bound(self, *names: str) -> list:
        return [self[name] for name in names if name in self.fields]

    @property
    def wants_slug(self) -> bool:
        """It has a field and no word in it, and nothing is wrong with it."""
        return "slug" in self.fields and not self.cleaned_data.get("slug") and "slug" not in self.errors


class SeriesForm(_OrganisedForm):
    class Meta:
        model = Series
        formfield_callback = formfield
        fields = ("title", "summary", "body", "language", "incubator", "is_published", "slug")
        error_messages = {"slug": {"unique": _("Another series has this address. Choose another.")}}

    @property
    def groups(self) -> list[tuple[str, list]]:
        return [
            (_("What it is"), self.bound("title", "summary", "body", "language")),
            (_("Who is behind it"), self.bound("incubator")),
            (_("On the web"), self.bound("is_published", "slug")),
        ]

    def clean(self):
        cleaned = super().clean()
        if self.wants_slug and cleaned.get("title"):
            cleaned["slug"] = free_slug(Series, cleaned["title"])
        return cleaned


class EventForm(_OrganisedForm):
    """`tell` and `moving` carry what the person has confirmed: that others are told, and whom fewer seats move."""

    never_kept = ("moving", "tell")

    moving = forms.CharField(widget=forms.HiddenInput, required=False)
    tell = forms.BooleanField(widget=forms.HiddenInput, required=False)
    along = forms.BooleanField(
        label=_("Move sessions and registration along"),
        help_text=_("Where the event begins at another time, they are as long before or after that as before."),
        required=False,
        initial=True,
    )
    reminder_days = DaysField(
        label=_("Remind people, days before"),
        required=False,
        help_text=_("At most four, with a comma between: 7, 1. Leave this empty for none."),
    )

    class Meta:
        model = Event
        formfield_callback = formfield
        fields = (
            "title", "summary", "body", "audience", "language", "starts_at", "ends_at", "venue", "street_address",
            "postcode", "city", "online_url", "incubator", "series", "organisers", "hosts", "partners", "contact_name",
            "contact_email", "contact_phone", "capacity", "has_waitlist", "registration_opens_at",
            "registration_closes_at", "reminder_days", "slug",
        )  # fmt: skip
        error_messages = {"slug": {"unique": _("Another event has this address. Choose another.")}}
        help_texts = {
            "organisers": _("All who arrange it together."),
            "hosts": _("Who lends a room, for example. They are thanked, and are not organisers."),
            "contact_name": _("Who answers questions. Without one it is the contact of the incubator."),
            "contact_email": _("Answers to the e-mails about the event come here."),
            "capacity": _("Leave this empty where people just come, without registering."),
            "has_waitlist": _("Seats that become free are offered to those in line, by themselves."),
            "registration_opens_at": _("Leave this empty to open as soon as it is published."),
            "registration_closes_at": _("Leave this empty to close when it begins."),
            "online_url": _("Only those who are registered see it."),
            "city": _("The short name of the day: “Register in Stavanger”."),
        }

    def __init__(self, data=None, *, instance, user):
        super().__init__(data, instance=instance, user=user)
        for name in ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at"):
            # The field shows no seconds, so they are no change of the person's.
            if self.initial.get(name):
                self.initial[name] = self.initial[name].replace(second=0, microsecond=0)
        series = Series.objects.organised_by(user)
        if not self.is_new:
            series = series | Series.objects.filter(pk=instance.series_id)
        self.fields["series"].queryset = series.with_years().order_by("title", "-first_at", "pk")
        self.fields["series"].label_from_instance = lambda one: one.dated_title
        self.fields["series"].empty_label = _("None: it stands alone")
        if self.is_new or not (any(self.initial[name] for name in REGISTRATION) or instance.sessions.exists()):
            del self.fields["along"]
        self.sessions_along, self.registration_along = [], {}

    def confirming(self, **confirmed: str) -> "EventForm":
        """Return the same words, not saved: the next press of the button confirms what the page says of them."""
        self.data = self.data.copy()
        for name, value in confirmed.items():
            self.data[name] = value
        return self

    @property
    def groups(self) -> list[tuple[str, list]]:
        return [
            (_("What it is"), self.bound("title", "summary", "body", "audience", "language")),
            (
                _("When and where"),
                self.bound(
                    "starts_at", "ends_at", "along", "venue", "street_address", "postcode", "city", "online_url"
                ),
            ),
            (
                _("Who is behind it"),
                self.bound(
                    "incubator",
                    "series",
                    "organisers",
                    "hosts",
                    "partners",
                    "contact_name",
                    "contact_email",
                    "contact_phone",
                ),
            ),
            (
                _("Seats and registration"),
                self.bound(
                    "capacity", "has_waitlist", "registration_opens_at", "registration_closes_at", "reminder_days"
                ),
            ),
            (_("Address on the web"), self.bound("slug")),
        ]

    def clean(self):
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it begins. Look at the day and the time."))
        elif starts_at and ends_at:
            self._clean_sessions(starts_at, ends_at)
            self._clean_registration(cleaned, starts_at, ends_at)
        if (cleaned.get("contact_name") or cleaned.get("contact_phone")) and cleaned.get("contact_email") == "":
            self.add_error("contact_email", _("Write the e-mail of the contact person too."))
        if not self.is_new:
            self._clean_with_registrations(cleaned)
        if self.wants_slug and cleaned.get("title") and starts_at:
            day = starts_at.date()
            cleaned["slug"] = free_slug(Event, cleaned["title"], cleaned.get("city", ""), day=day)
        return cleaned

    @property
    def moves_along(self) -> bool:
        """Whether the event begins at another time, and what depends on that moves with it."""
        return "starts_at" in self.changed_data and bool(self.cleaned_data.get("along"))

    def _clean_sessions(self, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        if self.is_new or not {"starts_at", "ends_at"} & {*self.changed_data}:
            return
        if self.moves_along:
            sessions = self.sessions_along = sessions_along(self.instance, starts_at)
        else:
            sessions = self.instance.sessions.all()
        if strays := outside(sessions, starts_at, ends_at):
            named = ", ".join(f"“{one.title}” {moment(one.starts_at)}" for one in strays[:MOST_NAMED])
            words = _("Sessions would lie outside the event: %(sessions)s. Change them under Programme first.")
            self.add_error("starts_at", words % {"sessions": named})

    def _clean_registration(self, cleaned: dict, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        if self.moves_along:
            self.registration_along = registration_along(self.instance, starts_at, but=self.changed_data)
            cleaned |= self.registration_along
        opens_at, closes_at = (cleaned.get(name) for name in REGISTRATION)
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("registration_closes_at", _("Registration closes before it opens."))
        elif closes_at and closes_at > ends_at:
            self.add_error("registration_closes_at", _("Registration closes after the event has ended."))
        if opens_at and opens_at > ends_at:
            self.add_error("registration_opens_at", _("Registration opens after the event has ended."))

    @property
    def along_words(self) -> list[str]:
        """Return what moves along, one thing each."""
        count, times = len(self.sessions_along), self.registration_along
        words = [ngettext("%(count)d session", "%(count)d sessions", count) % {"count": count}] if count else []
        texts = (_("registration opens %(moment)s"), _("registration closes %(moment)s"))
        for name, text in zip(REGISTRATION, texts, strict=True):
            if name in times:
                words.append(text % {"moment": moment(times[name])})
        return words

    def _clean_with_registrations(self, cleaned: dict) -> None:
        """What people have registered for keeps its seats and its series: their line hangs on both."""
        loses_seats = "capacity" in cleaned and cleaned["capacity"] is None and self.initial["capacity"] is not None
        moves = "series" in self.changed_data
        if (loses_seats or moves) and self.instance.seats.live().exists():
            if loses_seats:
                self.add_error("capacity", _("People are registered, so it needs a number of seats."))
            if moves:
                self.add_error("series", _("People are registered for it as a part of its series, so it stays there."))


class CancelForm(forms.Form):
    reason = PlainTextField(
        label=_("Why is it cancelled?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("All who are registered read this, and so does everybody who opens the page."),
        error_messages={"required": _("Write why. Those who were to come read it.")},
    )
