"""Meetings and next steps: one page for both sides, read by moderators and leaders, and what can be done on it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import meetings as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.meetings import OF_IDEA, OF_MEETING, OF_STEP, ChooseForm, MeetingForm, NoteForm, ProposeForm, StepForm
from ideas.models import Idea, Meeting, MeetingNote, NextStep, Side, SupportRelation, side_of
from ideas.views.sides import case_at_work, my_sent_idea, opened_idea
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks

MOST_MEETINGS, MOST_STEPS, MOST_ENDED = 20, 50, 10


@never_cache
@require_safe
def meetings(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of the supporter; moderators and leaders read it."""
    return _show(request, case_at_work(request, uuid), is_mine=False)


@never_cache
@require_safe
def mine(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of the author, and of who writes along; who reads along reads it."""
    return _show(request, my_sent_idea(request, uuid), is_mine=True)


@never_cache
@form_page
@asks(name=OF_IDEA)
def act_on_idea(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Propose a meeting, or write down a step."""
    return _act(request, get_object_or_404(Idea, uuid=uuid), OF_IDEA, name)


@never_cache
@form_page
@asks(name=OF_MEETING)
def act_on_meeting(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Choose a time, propose others, call it off, or write a note."""
    return _act(request, get_object_or_404(Meeting.objects.select_related("idea"), uuid=uuid), OF_MEETING, name)


@never_cache
@form_page
@asks(name=OF_STEP)
def act_on_step(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Tick a step off, or drop it."""
    return _act(request, get_object_or_404(NextStep.objects.select_related("idea"), uuid=uuid), OF_STEP, name)


def _act(request: HttpRequest, target, forms: dict, name: str) -> HttpResponse:
    if name not in forms:
        raise Http404
    uuid = target.uuid if isinstance(target, Idea) else target.idea.uuid
    is_mine = Idea.objects.read_by_writers(request.user).filter(uuid=uuid).exists()
    idea = opened_idea(request, uuid, is_mine=is_mine)
    back = redirect("ideas:my_meetings" if is_mine else "ideas:meetings", uuid)
    if request.method != "POST":
        return back
    if not side_of(request.user, idea):
        raise PermissionDenied
    form = forms[name](request.POST, target=target, by=request.user)
    status = _save(form)
    if status is None:
        messages.success(request, form.done)
        return back
    if status == HTTPStatus.CONFLICT and not form.visible_fields():
        messages.warning(request, form.non_field_errors()[0])
        return back
    # Read anew: what stood in the way can be that the person has lost access meanwhile.
    return _show(request, opened_idea(request, uuid, is_mine=is_mine), is_mine=is_mine, sent=form, status=status)


def _save(form: MeetingForm) -> HTTPStatus | None:
    """Do it; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except actions.NoteChangedError as problem:
        form.add_error(None, _("Somebody has written in the notes meanwhile. Put together what is below, and save."))
        form.show_newer(problem.note)
        return HTTPStatus.CONFLICT
    except IdeaError as problem:
        form.add_error(None, _what_happened(problem))
        return HTTPStatus.CONFLICT
    return None


def _what_happened(problem: IdeaError) -> str:
    if isinstance(problem, actions.NotOfTheTwoError):
        return _("You are not one of the two who work on the idea now. Nothing is saved; what you wrote is here.")
    if isinstance(problem, actions.ProposedAlreadyError):
        return _("Times are proposed already. Answer those first; what you wrote is here.")
    return _("This has changed since you opened the page. Here is how it stands now.")


def _show(
    request: HttpRequest,
    idea: Idea,
    *,
    is_mine: bool,
    sent: MeetingForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page with the forms that are possible for this reader."""
    is_at_work = idea.status in SupportRelation.SUPPORTED and idea.support_relations.active().exists()
    side = side_of(request.user, idea) if is_at_work else None
    page = Page(request.user, side, sent)
    context = page.rows_of(idea)
    context |= {"idea": idea, "is_mine": is_mine, "side": side, "is_at_work": is_at_work, "sent": sent}
    # The page also shows what was typed into a form that is no longer possible.
    context["typed"] = _typed(sent) if sent and not page.has_shown_sent else []
    template = "ideas/meetings/my_idea.html" if is_mine else "ideas/meetings/case.html"
    return render(request, template, context, status=status)


def _typed(form: MeetingForm) -> list[str]:
    return [form[field.name].value() for field in form.visible_fields() if form[field.name].value()]


class Page:
    """Meetings and steps of one idea as one person sees them, each with the forms that are possible for that person."""

    def __init__(self, user, side: Side | None, sent: MeetingForm | None):
        self.user, self.side, self.sent, self.has_shown_sent = user, side, sent, False

    def rows_of(self, idea: Idea) -> dict:
        """Return what the page lists."""
        meetings = list(idea.meetings.select_related("supporter")[:MOST_MEETINGS])
        notes = {}
        for note in MeetingNote.objects.visible_to(self.user, idea).filter(meeting__in=meetings):
            notes.setdefault(note.meeting_id, {})[note.audience] = note
        rows = [self._meeting(meeting, notes.get(meeting.pk, {})) for meeting in meetings]
        return {
            "proposed": [row for row in rows if row["meeting"].is_proposed],
            "ahead": [row for row in rows if row["meeting"].is_ahead],
            "earlier": [row for row in rows if row["meeting"].is_past or row["meeting"].is_called_off],
            "steps": [(step, self._forms(OF_STEP, step)) for step in idea.next_steps.open()[:MOST_STEPS]],
            "ended": idea.next_steps.exclude(status=NextStep.Status.OPEN).order_by("-ended_at")[:MOST_ENDED],
            **self._new(idea, has_proposal=any(row.is_proposed for row in meetings)),
        }

    def _new(self, idea: Idea, *, has_proposal: bool) -> dict:
        """The forms for a new meeting, while no other waits for its answer, and for a new step."""
        forms = {form.name: form for form in self._forms(OF_IDEA, idea)}
        propose = forms.get(ProposeForm.name)
        return {
            "propose": propose if propose is self.sent or not has_proposal else None,
            "write_step": forms.get(StepForm.name),
        }

    def _meeting(self, meeting: Meeting, notes: dict[str, MeetingNote]) -> dict:
        forms = self._forms(OF_MEETING, meeting, notes)
        chosen = {form.name: form for form in forms}
        return {
            "meeting": meeting,
            "choose": chosen.pop(ChooseForm.name, None),
            "forms": list(chosen.values()),
            "shared": notes.get(MeetingNote.Audience.SHARED),
        }

    def _forms(self, forms: dict, target, notes: dict[str, MeetingNote] | None = None) -> list[MeetingForm]:
        if self.side is None:
            return []
        return [self._form(form, target, notes) for form in forms.values() if form.is_possible(target, self.side)]

    def _form(self, form_class, target, notes: dict[str, MeetingNote] | None) -> MeetingForm:
        if self.sent and (self.sent.name, self.sent.target) == (form_class.name, target):
            self.has_shown_sent = True
            return self.sent
        if issubclass(form_class, NoteForm):
            return form_class(target=target, by=self.user, note=notes.get(form_class.audience))
        return form_class(target=target, by=self.user)
