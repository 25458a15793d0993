"""What staff can do with a case, one form each: when it is possible, what it asks for, and the action it calls."""

from collections import defaultdict
from collections.abc import Callable

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.actions import moderation
from ideas.forms.public import ListFilter
from ideas.models import AnswerTemplate, Idea, Organisation, Partner, Transition
from ideas.models.answers import Offer, offers_at
from incubators.models import Incubator
from unlimited.content.forms import PlainTextField

Kind, Status = Transition.Kind, Idea.Status


class QueueFilter(ListFilter):
    """What the queue shows. Where nothing is chosen: all that waits for an answer."""

    ALL, QUIET, UNSUPPORTED, TELL = "alle", "stille", "uten-stotte", "fortell"
    MINE, NOBODYS = "mine", "ingen"

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Waits for an answer")),
            (QUIET, _("Taken in, and nothing done for long")),
            (UNSUPPORTED, _("Taken in, without a supporter")),
            (TELL, _("Somebody without e-mail has to be told")),
            *((status.value, status.label) for status in Status if status not in (Status.DRAFT, Status.SUBMITTED)),
            (ALL, _("All")),
        ],
    )
    who = forms.ChoiceField(
        label=_("Who has it"),
        required=False,
        choices=[("", _("All")), (MINE, _("I have it")), (NOBODYS, _("Nobody has it"))],
    )

    def __init__(self, data, *, user):
        self.user = user
        super().__init__(data, incubators=Incubator.objects.staffed_by(user))

    def narrow(self, ideas: QuerySet) -> QuerySet:
        """Waiting ones come with the most overdue first, quiet ones with the longest silence, others newest first."""
        ideas = super().narrow(ideas)
        if self.chosen.get("who") == self.MINE:
            ideas = ideas.filter(taken_by=self.user)
        elif self.chosen.get("who") == self.NOBODYS:
            ideas = ideas.filter(taken_by=None)
        status = self.chosen.get("status")
        if status is None:
            return ideas.waiting_for_answer().order_by("answer_due_on", "pk")
        if status == self.QUIET:
            return ideas.quiet().order_by("staff_acted_at", "pk")
        if status == self.UNSUPPORTED:
            return ideas.without_supporter().order_by("answered_at", "pk")
        if status == self.TELL:
            return ideas.filter(desk_entry__to_tell_since__isnull=False).order_by("answer_due_on", "pk")
        ideas = ideas if status == self.ALL else ideas.filter(status=status)
        return ideas.order_by("-answer_due_on", "-pk")


def text(
    label: Promise, *, most: int = 4000, rows: int = 5, missing: Promise | None = None, **kwargs
) -> PlainTextField:
    """Return a field for several lines; `missing` says in words what to write where it is left empty."""
    errors = {"required": missing} if missing else None
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainTextField(label=label, max_length=most, widget=widget, error_messages=errors, **kwargs)


class CaseForm(forms.Form):
    """One thing that staff can do with a case, on the page they have read. `name` is its word in the address."""

    name: str
    heading: Promise
    words: Promise | str = ""
    button: Promise
    done: Promise
    kind: Kind | None = None
    action: Callable
    statuses: tuple = ()

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, idea: Idea, begun: dict | None = None):
        """`begun` is what has been typed into a form that is not sent yet: it stands there again."""
        initial = {"revision": idea.revision, **self.start(idea), **(begun or {})}
        super().__init__(data, auto_id=f"id_{self.name}_%s", initial=initial)
        self.idea, self.is_begun, self.kept_texts = idea, begun is not None, []

    def start(self, idea: Idea) -> dict:
        """What the fields hold before anybody has typed."""
        return {}

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return idea.status in cls.statuses

    def save(self, *, by) -> None:
        """Do it."""
        facts = dict(self.cleaned_data)
        type(self).action(idea=self.idea, by=by, seen_revision=facts.pop("revision"), **facts)

    def seen_anew(self, idea: Idea) -> "CaseForm":
        """Keep all that was typed, now on top of the idea as it is."""
        self.idea = idea
        self.data = self.data.copy()
        self.data["revision"] = idea.revision
        return self

    def offer(self, offers: list[Offer]) -> None:
        """Name the texts that this answer can begin with, those in the language that the author reads first."""
        reads = self.idea.author.language if self.idea.author else self.idea.language
        texts = [one for one in offers if one.what == "text" and one.kind == self.kind]
        self.kept_texts = sorted(texts, key=lambda text: text.language != reads)

    def with_text(self, template: AnswerTemplate | None) -> "CaseForm":
        """Return all that was typed as a form not sent yet, with the words of `template` after it."""
        begun = {name: self.data.get(name, "") for name in self.fields}
        for name in template.TEXT_FIELDS if template else ():
            ready = getattr(template, name)
            if name in begun and ready not in begun[name]:
                begun[name] = f"{begun[name]}\n\n{ready}".strip()
        return type(self)(idea=self.idea, begun=begun)

    def tell_unfinished(self, fields: dict[str, str]) -> None:
        """Say of each text what is left to do: a gap to fill in, or words to make one's own."""
        for name, gap in fields.items():
            words = _("Write what should stand instead of %(gap)s.") if gap else _(
                "This is the text as it was kept ready. Make it yours: say what it means for this idea."
            )  # fmt: skip
            self.add_error(name, words % {"gap": gap} if gap else words)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Label and text of each field that holds some, to be shown where the form itself is no longer possible."""
        return typed_in(self)


def typed_in(form: forms.Form) -> list[tuple[str, str]]:
    """Label and text of each field of `form` that holds some."""
    return [(field.label, _as_read(field)) for field in form.visible_fields() if field.value()]


def _as_read(field: forms.BoundField) -> str:
    """What a field holds, in words: of a choice, its label."""
    for value, label in getattr(field.field, "choices", ()):
        for one, words in label if isinstance(label, list) else [(value, label)]:
            if str(one) == field.value():
                return str(words)
    return field.value()


class TakeForm(CaseForm):
    name, kind, statuses = "ta", Kind.TAKEN, Idea.OPEN_STATUSES
    heading = button = _("Take the case")
    done = _("You have the case now.")
    action = moderation.take_idea

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return super().is_possible(idea, user) and idea.taken_by_id != user.pk


class ReleaseForm(CaseForm):
    name, kind = "legg-tilbake", Kind.RELEASED
    heading = button = _("Put the case back in the queue")
    done = _("The case is back in the queue.")
    action = moderation.release_idea

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return idea.taken_by_id == user.pk and idea.status in Idea.OPEN_STATUSES


class AcceptForm(CaseForm):
    name, kind, statuses = "ta-inn", Kind.ACCEPTED, (Status.SUBMITTED,)
    heading = _("Take the idea in")
    words = _("The author gets a mail. If they agreed to it, the idea becomes public at once.")
    button = _("Take the idea in")
    done = _("The idea is taken in, and the author is told.")
    action = moderation.accept_idea
    # What is to be done before “Build it” is done once the idea is in.
    step = forms.ChoiceField(label=_("At which step?"), choices=Idea.Step.choices[:-1], widget=forms.RadioSelect)
    message = text(_("A word to the author"), rows=3, required=False)

    def start(self, idea: Idea) -> dict:
        return {"step": Idea.Step.TRY}


class RequestChangesForm(CaseForm):
    name, kind, statuses = "endringer", Kind.CHANGES_REQUESTED, (Status.SUBMITTED,)
    heading = _("Ask for changes")
    words = _("The author can change the idea and send it in again. Then you have a new date to answer by.")
    button = _("Ask for these changes")
    done = _("The author is asked to change the idea.")
    action = moderation.request_changes

    reason = text(
        _("What would you like them to change or add, and why?"), missing=_("Write what you would like them to change.")
    )

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        """Only an author with an account can change the words; others are asked by a message, or in person."""
        return super().is_possible(idea, user) and idea.author_id is not None


class DeclineForm(CaseForm):
    name, kind, statuses = "takk-nei", Kind.DECLINED, (Status.SUBMITTED, Status.CHANGES_REQUESTED)
    heading = _("Decline, with a reason")
    words = _("The author reads this in the order you write it. Nobody is left with a no and nothing else.")
    button = _("Send this answer")
    done = _("The author has got your answer.")
    action = moderation.decline_idea
    went_well = text(
        _("What is good about the idea?"), most=2000, rows=3, missing=_("Begin with what is good about the idea.")
    )
    reason = text(_("Why can you not take it in?"), missing=_("Write the reason, in words the author understands."))
    way_on = text(
        _("Where can they go from here?"),
        most=2000,
        rows=3,
        help_text=_("Someone else to ask, something to try first, or what would make it a yes."),
        missing=_("Show a way on: someone else to ask, something to try, or what would make it a yes."),
    )
    way_on_to = forms.ChoiceField(
        label=_("To whom do you show the way?"), error_messages={"required": _("Choose who can help them on.")}
    )

    def __init__(self, data=None, *, idea: Idea, **kwargs):
        super().__init__(data, idea=idea, **kwargs)
        if self.is_bound:
            self.offer(offers_at(idea.incubator))

    def offer(self, offers: list[Offer]) -> None:
        """Name whom an answer can show the way to."""
        super().offer(offers)
        WayOn, listed = Transition.WayOn, defaultdict(list)
        for one in offers:
            listed[one.what].append((f"{one.what}:{one.value}", one.name))
        self.fields["way_on_to"].choices = [
            ("", _("Choose")),
            (WayOn.PARTNER.label, listed["partner"]),
            (WayOn.INCUBATOR.label, listed["incubator"]),
            (WayOn.MUNICIPALITY.value, WayOn.MUNICIPALITY.label),
            (WayOn.OTHER.value, WayOn.OTHER.label),
        ]

    def clean(self) -> dict:
        """Part the choice into what kind of way it is and whom it leads to."""
        facts = super().clean()
        chosen = facts.pop("way_on_to", "")
        facts["way_on_kind"], _colon, value = chosen.partition(":")
        facts["way_on_partner"] = facts["way_on_incubator"] = None
        if facts["way_on_kind"] == Transition.WayOn.PARTNER:
            facts["way_on_partner"] = Partner.objects.filter(uuid=value).first()
        elif facts["way_on_kind"] == Transition.WayOn.INCUBATOR:
            facts["way_on_incubator"] = Incubator.objects.filter(slug=value).first()
        return facts


class StepForm(CaseForm):
    name, kind, statuses = "steg", Kind.STEP_CHANGED, (Status.ACCEPTED,)
    heading = _("Move to another step")
    button = _("Move the idea")
    done = _("The idea has moved to another step, and the author is told.")
    action = moderation.change_step
    step = forms.ChoiceField(label=_("To which step?"), widget=forms.RadioSelect)
    message = text(_("A word to the author"), rows=3, required=False)

    def __init__(self, data=None, *, idea: Idea, **kwargs):
        super().__init__(data, idea=idea, **kwargs)
        steps = [choice for choice in Idea.Step.choices if choice[0] != idea.step]
        if not Organisation.is_thought_of(idea):
            steps = [choice for choice in steps if choice[0] != Idea.Step.BUILD]
            self.words = _(
                "“Build it” can be chosen once the page “Organisation” says which form the idea gets, or that this is "
                "not decided."
            )
        self.fields["step"].choices = steps


class PauseForm(CaseForm):
    name, kind, statuses = "pa-vent", Kind.PAUSED, (Status.ACCEPTED,)
    heading = _("Put the idea on hold")
    words = _("The idea keeps its step. The author reads the reason.")
    button = _("Put the idea on hold")
    done = _("The idea is on hold, and the author is told.")
    action = moderation.pause_idea
    reason = text(_("Why, and until when?"), rows=3, missing=_("Write why it is on hold. The author reads it."))


class ResumeForm(CaseForm):
    name, kind, statuses = "fortsett", Kind.RESUMED, (Status.PAUSED,)
    heading = button = _("Go on with the idea")
    done = _("The idea goes on, and the author is told.")
    action = moderation.resume_idea
    message = text(_("A word to the author"), rows=3, required=False)


class EndForm(CaseForm):
    name, kind, statuses = "avslutt", Kind.ENDED, (Status.ACCEPTED, Status.PAUSED)
    heading = _("End the work with the idea")
    words = _("The idea stays readable, and the author reads what you write here.")
    button = _("End the work")
    done = _("The work with the idea has ended, and the author is told.")
    action = moderation.end_idea
    went_well = text(_("What went well?"), most=2000, rows=3, missing=_("Begin with what went well."))
    reason = text(_("Why does it end?"), rows=3, missing=_("Write why it ends. The author reads it."))


class HideForm(CaseForm):
    name, kind, statuses = "skjul", Kind.HIDDEN, tuple(status for status in Status if status != Status.DRAFT)
    heading = _("Hide from the public pages")
    words = _("The case goes on as before. The author reads the reason.")
    button = _("Hide the idea")
    done = _("The idea is hidden from the public pages, and the author is told.")
    action = moderation.hide_idea
    reason = text(_("Why must it be hidden?"), rows=3, missing=_("Write why it is hidden. The author reads it."))

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return super().is_possible(idea, user) and not idea.is_hidden


class ShowForm(CaseForm):
    name, kind = "vis", Kind.SHOWN
    heading = button = _("Show on the public pages again")
    done = _("The idea is no longer hidden, and the author is told.")
    action = moderation.show_idea

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return idea.is_hidden
