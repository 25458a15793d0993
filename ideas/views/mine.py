"""My page: my ideas, the status of each, all that was said to me, and what I can do about it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ideas.actions import submission as actions
from ideas.actions.transitions import IdeaBusyError, IdeaGoneError, TransitionNotAllowedError
from ideas.drafts import ideas_of, ideas_to_edit, ideas_to_read, person_of
from ideas.forms.merging import MergeAnswerForm
from ideas.forms.submission import MessageForm, PublishingForm, WithdrawForm
from ideas.models import Appeal, Idea, Merge, Note, Side, Transition
from ideas.models.appeal import decisions_that_stand
from ideas.models.notes import NoteQuerySet
from ideas.models.openings import openings_of
from ideas.views.submission import BUSY
from ideas.waiting import waits_on
from incubators.models import MunicipalPartner
from unlimited.content.methods import form_page
from unlimited.content.typed import asks, not_saved
from unlimited.users.adapter import WAIT


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My drafts and my ideas, the one that waits for me first."""
    ideas = ideas_to_read(request).select_related("incubator").order_by("-updated_at")
    drafts = [idea for idea in ideas if idea.status == Idea.Status.DRAFT]
    sent = [idea for idea in ideas if idea.status != Idea.Status.DRAFT]
    sent.sort(key=lambda idea: idea.status != Idea.Status.CHANGES_REQUESTED)
    context = {"drafts": drafts, "ideas": sent, "waiting": waits_on(request.user, Side.AUTHOR) if sent else {}}
    context["reads_reports"] = MunicipalPartner.objects.current().of(request.user).exists()
    return render(request, "ideas/mine/list.html", context)


@never_cache
@require_safe
def mine_idea(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One idea of mine. A draft goes on where it is written."""
    ideas = ideas_to_read(request).select_related("incubator", "author")
    idea = get_object_or_404(ideas, uuid=uuid)
    if idea.status == Idea.Status.DRAFT:
        return redirect("ideas:send", idea.uuid)
    return _show(request, idea, MessageForm(), PublishingForm(initial=_publishing(idea)))


def _show(request: HttpRequest, idea: Idea, message: MessageForm, publishing: PublishingForm) -> HttpResponse:
    is_author = idea.author_id == request.user.pk
    coauthors = list(idea.coauthors.joined().select_related("user"))
    # Who works at the incubator too reads here as an author does.
    said = said_to_author(idea, Note.objects.visible_to(request.user, idea))
    changes = [entry["change"] for entry in said if entry["change"]]
    asked = [change for change in changes if change.kind == Transition.Kind.CHANGES_REQUESTED]
    standing = decisions_that_stand(idea, changes)
    appeals = {appeal.decision_id: appeal for appeal in Appeal.objects.filter(decision__in=standing)}
    context = {"idea": idea, "said": said, "asked": asked[-1:], "message": message, "publishing": publishing}
    context["is_author"] = is_author
    context["may_write"] = is_author or any(row.user == request.user and row.role == row.Role.EDIT for row in coauthors)
    context["along"] = next((row for row in coauthors if row.user == request.user), None)
    context["writers"] = [str(row) for row in coauthors]
    context["ours"] = {idea.author_id, *(row.user_id for row in coauthors)}
    context["redactions"] = idea.active_redactions
    context["decisions"] = [(decision, appeals.get(decision.pk)) for decision in standing if is_author]
    context["support"] = idea.support_relations.offered_or_active()
    context["is_over"] = idea.status in (Idea.Status.DECLINED, Idea.Status.WITHDRAWN, Idea.Status.MERGED)
    # To its author only: staff are named there.
    if idea.author_id == request.user.pk:
        context["openings"] = openings_of(idea)
    return render(request, "ideas/mine/idea.html", context | _merge_of(idea))


def _merge_of(idea: Idea) -> dict:
    """The newest question whether it may become one with another, and what its author has said to it."""
    merge = Merge.objects.about(idea).select_related("source", "target").first()
    my_yes_at = merge.agreed_at(merge.side_of(idea)) if merge else None
    return {"merge": merge, "my_yes_at": my_yes_at, "merge_answer": MergeAnswerForm()}


def _my_sent_idea(request: HttpRequest, uuid: UUID) -> Idea:
    ideas = ideas_of(request).exclude(status=Idea.Status.DRAFT)
    return get_object_or_404(ideas.select_related("incubator"), uuid=uuid)


@contextmanager
def _said_on(form) -> Iterator[None]:
    """Where somebody else holds the idea, the form says so and keeps its words; where it is gone, so is the page."""
    try:
        yield
    except IdeaBusyError:
        form.add_error(None, BUSY)
    except (IdeaGoneError, actions.NotOpenError) as error:
        raise Http404 from error


def said_to_author(idea: Idea, notes: NoteQuerySet) -> list[dict]:
    """What happened, and what was said of `notes`, oldest first. Staff's own steps and notes are not among it."""
    log = idea.transitions.exclude(kind__in=Transition.INTERNAL_KINDS).defer("internal_note")
    log = log.select_related("way_on_partner", "way_on_incubator", "other_idea")
    notes = notes.to_author().select_related("author")
    said = [{"at": change.at, "change": change, "note": None, "delay": None} for change in log]
    said += [{"at": note.created_at, "change": None, "note": note, "delay": None} for note in notes]
    said += [{"at": delay.told_at, "change": None, "note": None, "delay": delay} for delay in idea.delays.all()]
    return sorted(said, key=lambda entry: entry["at"])


def _publishing(idea: Idea) -> dict:
    return {"may_publish": "yes" if idea.may_publish else "no", "age_band": idea.age_band}


@never_cache
@require_POST
@asks(MessageForm)
def message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write to the incubator that has the idea."""
    ideas = ideas_to_edit(request).exclude(status=Idea.Status.DRAFT).select_related("incubator", "author")
    idea = get_object_or_404(ideas, uuid=uuid)
    form = MessageForm(request.POST)
    if form.is_valid() and not ratelimit.consume(request, action="write_message"):
        form.add_error(None, WAIT)
    if form.is_valid():
        with _said_on(form):
            actions.write_to_incubator(idea=idea, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your message is with the incubator."))
            return redirect("ideas:mine_idea", idea.uuid)
    return _show(request, idea, form, PublishingForm(initial=_publishing(idea)))


@never_cache
@require_POST
@asks(PublishingForm)
def publishing(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give or take back the consent to publish."""
    idea = _my_sent_idea(request, uuid)
    form = PublishingForm(request.POST)
    if form.is_valid():
        with _said_on(form):
            idea = actions.change_publishing(idea=idea, by=request.user, **form.cleaned_data)
    if form.errors:
        return _show(request, idea, MessageForm(), form)
    if idea.may_publish:
        messages.success(request, _("Thank you. Everyone may read your idea once it is taken in."))
    elif form.cleaned_data["may_publish"]:
        messages.warning(request, _("You are too young for us to publish the idea. The incubator goes on with it."))
    else:
        messages.success(request, _("The idea is shown to the incubator only."))
    return redirect("ideas:mine_idea", idea.uuid)


@never_cache
@form_page
@asks(WithdrawForm)
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask once, then take the idea back."""
    idea = _my_sent_idea(request, uuid)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with _said_on(form):
            return _withdraw(request, idea, form.cleaned_data["reason"])
    return render(request, "ideas/mine/withdraw.html", {"idea": idea, "form": form})


def _withdraw(request: HttpRequest, idea: Idea, reason: str) -> HttpResponse:
    back = reverse("ideas:mine_idea", args=[idea.uuid])
    try:
        actions.withdraw_idea(idea=idea, by=request.user, reason=reason)
    except TransitionNotAllowedError:
        return not_saved(request, _("The idea cannot be withdrawn as it stands now."), back=back)
    messages.success(request, _("The idea is withdrawn. Nobody goes on with it."))
    return redirect(back)


@login_not_required
@never_cache
@form_page
@asks()
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask once, then delete a draft that was never sent in."""
    idea = get_object_or_404(ideas_of(request).drafts(), uuid=uuid)
    if request.method != "POST":
        return render(request, "ideas/mine/discard.html", {"idea": idea})
    by = person_of(request)
    try:
        with suppress(IdeaGoneError):  # another window was first
            actions.discard_draft(idea=idea, by=by)
    except IdeaBusyError:
        messages.warning(request, BUSY)
        return redirect("ideas:discard", idea.uuid)
    except actions.NotOpenError:
        messages.warning(request, _("This idea is sent in"))
        return redirect("ideas:mine_idea", idea.uuid)
    messages.success(request, _("The draft is deleted."))
    return redirect("ideas:mine" if by else "ideas:new")
