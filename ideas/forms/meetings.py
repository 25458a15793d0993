"""What author and supporter type about meetings and next steps: one form each, with when it is possible."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.actions import meetings as actions
from ideas.forms.moderation import text
from ideas.models import Idea, Meeting, MeetingNote, NextStep, Side
from unlimited.content.forms import MomentField, PlainTextField
from unlimited.users.models import User

LATEST = dt.timedelta(days=366)
LENGTHS = (30, 45, 60, 90, 120)
Audience = MeetingNote.Audience


class MeetingForm(forms.Form):
    """One thing to do about `target`: an idea, a meeting or a step. `name` is its word in the address."""

    name: str
    heading: Promise
    intro: Promise | str = ""
    button: Promise
    done: Promise
    # What another has written meanwhile, to be put together with what was typed.
    theirs = ""

    def __init__(self, data=None, *, target: Idea | Meeting | NextStep, by: User, **kwargs):
        """Many can stand on one page, so the ids of the fields name what they are about."""
        super().__init__(data, auto_id=f"id_{self.name}_{target.uuid}_%s", **kwargs)
        self.target, self.by = target, by

    @classmethod
    def is_possible(cls, target, side: Side) -> bool:
        raise NotImplementedError

    def save(self) -> None:
        """Do it."""
        raise NotImplementedError


class TimesForm(MeetingForm):
    """When and where: what both proposals ask for."""

    # Heading, intro, button and what is said when it is done, where the other one has no account.
    BY_MOUTH: tuple[Promise, Promise, Promise, Promise]
    time_1 = MomentField(label=_("A time that suits you"), error_messages={"required": _("Enter at least one time.")})
    time_2 = MomentField(label=_("Another one"), required=False)
    time_3 = MomentField(label=_("And one more"), required=False)
    minutes = forms.TypedChoiceField(
        label=_("How long?"), coerce=int, initial=60, choices=[(n, _("%d minutes") % n) for n in LENGTHS]
    )
    venue = PlainTextField(
        label=_("Where?"), max_length=200, required=False, help_text=_("An address, or “on the telephone”.")
    )
    video_link = forms.URLField(
        label=_("Link to a video meeting"), max_length=300, required=False, assume_scheme="https"
    )
    about = PlainTextField(label=_("What is it about?"), max_length=200, required=False)
    TIMES = ("time_1", "time_2", "time_3")

    def __init__(self, data=None, *, target: Idea | Meeting, by: User, **kwargs):
        """An author without an account has nowhere to choose: what was agreed on by mouth is booked at once."""
        super().__init__(data, target=target, by=by, **kwargs)
        idea = target if isinstance(target, Idea) else target.idea
        if idea.author_id is None:
            del self.fields["time_2"], self.fields["time_3"]
            self.fields["time_1"].label = _("When do you meet?")
            self.heading, self.intro, self.button, self.done = self.BY_MOUTH

    def clean_video_link(self) -> str:
        link = self.cleaned_data["video_link"]
        if link and not link.startswith("https://"):
            raise ValidationError(_("Links must start with https://."), code="not_https")
        return link

    def clean(self) -> dict:
        facts, now = super().clean(), timezone.now()
        for name in self.TIMES:
            if (at := facts.get(name)) and not now < at < now + LATEST:
                self.add_error(name, _("Choose a time from now on, within a year."))
        if not {"venue", "video_link"} & self.errors.keys() and not (facts.get("venue") or facts.get("video_link")):
            self.add_error("venue", _("Say where you meet, or give the link to a video meeting."))
        return facts

    def facts(self) -> dict:
        """The arguments of the actions."""
        facts = dict(self.cleaned_data)
        times = {facts.pop(name, None) for name in self.TIMES} - {None}
        return {"times": sorted(times), **facts}


class ProposeForm(TimesForm):
    name = "foresla"
    heading = _("Propose a meeting")
    intro = _("Give one to three times. The other one chooses, and both get it in the calendar.")
    button = _("Send the proposal")
    done = _("The proposal is sent.")
    BY_MOUTH = (
        _("Book a meeting"),
        _("The author has no account here. Agree on a time first; it goes into your calendar at once."),
        _("Book the meeting"),
        _("The meeting is booked. Remember to tell the author."),
    )

    @classmethod
    def is_possible(cls, target: Idea, side: Side) -> bool:
        return True

    def save(self) -> None:
        actions.propose_meeting(idea=self.target, by=self.by, **self.facts())


class OtherTimesForm(TimesForm):
    name = "andre-tider"
    heading = button = _("Propose other times")
    done = _("The new times are sent.")
    BY_MOUTH = (
        _("Move the meeting"),
        ProposeForm.BY_MOUTH[1],
        _("Move the meeting"),
        _("The meeting is moved. Remember to tell the author."),
    )

    def __init__(self, data=None, *, target: Meeting, by: User):
        same = {name: getattr(target, name) for name in ("minutes", "venue", "video_link", "about")}
        super().__init__(data, target=target, by=by, initial=same)

    @classmethod
    def is_possible(cls, target: Meeting, side: Side) -> bool:
        return target.is_proposed or target.is_ahead

    def save(self) -> None:
        actions.propose_other_times(meeting=self.target, by=self.by, **self.facts())


class ChooseForm(MeetingForm):
    """A button for each time: `starts_at` is the moment as ISO 8601."""

    name = "velg"
    heading = button = _("Choose this time")
    done = _("The meeting is booked. Both of you get it in the calendar.")
    starts_at = forms.DateTimeField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose one of the times.")}
    )

    @classmethod
    def is_possible(cls, target: Meeting, side: Side) -> bool:
        return target.is_proposed and target.proposed_by_side != side

    def save(self) -> None:
        actions.choose_time(meeting=self.target, by=self.by, starts_at=self.cleaned_data["starts_at"])


class CallOffForm(MeetingForm):
    name = "avlys"
    heading = _("Call it off")
    button = _("Call off the meeting")
    done = _("The meeting is called off, and the other one is told.")
    words = PlainTextField(label=_("A word about why"), max_length=400, required=False)

    @classmethod
    def is_possible(cls, target: Meeting, side: Side) -> bool:
        return target.is_proposed or target.is_ahead

    def save(self) -> None:
        actions.call_off_meeting(meeting=self.target, by=self.by, words=self.cleaned_data["words"])


class NoteForm(MeetingForm):
    """A note as it stood when the page was opened; `revision` tells whether another has written since."""

    audience: Audience
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data=None, *, target: Meeting, by: User, note: MeetingNote | None = None):
        initial = {"body": note.body if note else "", "revision": note.revision if note else 0}
        super().__init__(data, target=target, by=by, initial=initial)

    def show_newer(self, note: MeetingNote) -> None:
        """Keep what was typed, and let the next save be of what is shown beside it."""
        self.theirs, self.data = note.body, self.data.copy()
        self.data["revision"] = note.revision

    def save(self) -> None:
        facts = {"audience": self.audience, "seen_revision": self.cleaned_data["revision"]}
        actions.write_meeting_note(meeting=self.target, by=self.by, body=self.cleaned_data["body"], **facts)


class SharedNoteForm(NoteForm):
    name = "notat"
    heading = _("Write in the shared notes")
    button = _("Save the shared notes")
    done = _("The shared notes are saved.")
    audience = Audience.SHARED
    body = text(
        _("Shared notes"),
        most=8000,
        rows=8,
        required=False,
        help_text=_("Read by both of you, by who writes along, and by the incubator's moderators and leaders."),
    )

    @classmethod
    def is_possible(cls, target: Meeting, side: Side) -> bool:
        return target.is_ahead or target.is_past


class OwnNoteForm(NoteForm):
    name = "eget-notat"
    heading = _("My own notes")
    button = _("Save my own notes")
    done = _("Your own notes are saved.")
    audience = Audience.OWN
    body = text(_("My own notes"), most=8000, required=False, help_text=_("Read by nobody but you."))

    @classmethod
    def is_possible(cls, target: Meeting, side: Side) -> bool:
        return side == Side.SUPPORTER and (target.is_ahead or target.is_past)


class StepForm(MeetingForm):
    name = "steg"
    heading = _("Write down a next step")
    button = _("Write down the step")
    done = _("The step is written down.")
    what = PlainTextField(
        label=_("What is to be done?"), max_length=200, error_messages={"required": _("Write what is to be done.")}
    )
    side = forms.ChoiceField(
        label=_("By whom?"),
        choices=Side,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who does it.")},
    )
    due_on = forms.DateField(
        label=_("By when?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give a day.")},
    )

    @classmethod
    def is_possible(cls, target: Idea, side: Side) -> bool:
        return True

    def clean_due_on(self) -> dt.date:
        day, today = self.cleaned_data["due_on"], timezone.localdate()
        if not today <= day <= today + LATEST:
            raise ValidationError(_("Choose a day from today on, within a year."), code="out_of_range")
        return day

    def save(self) -> None:
        actions.add_next_step(idea=self.target, by=self.by, **self.cleaned_data)


class EndStepForm(MeetingForm):
    status: NextStep.Status

    @classmethod
    def is_possible(cls, target: NextStep, side: Side) -> bool:
        return target.is_open

    def save(self) -> None:
        actions.end_next_step(step=self.target, by=self.by, status=self.status)


class StepDoneForm(EndStepForm):
    name = "gjort"
    heading = button = _("It is done")
    done = _("The step is ticked off.")
    status = NextStep.Status.DONE


class StepDroppedForm(EndStepForm):
    name = "ikke-aktuelt"
    heading = button = _("Not needed any more")
    done = _("The step is taken off the list.")
    status = NextStep.Status.DROPPED


def _by_name(*forms: type[MeetingForm]) -> dict[str, type[MeetingForm]]:
    return {form.name: form for form in forms}


OF_IDEA: dict[str, type[MeetingForm]] = _by_name(ProposeForm, StepForm)
OF_MEETING: dict[str, type[MeetingForm]] = _by_name(
    ChooseForm, SharedNoteForm, OwnNoteForm, OtherTimesForm, CallOffForm
)
OF_STEP: dict[str, type[MeetingForm]] = _by_name(StepDoneForm, StepDroppedForm)
