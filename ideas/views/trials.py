"""Trials, the same pages for both sides; the pilot report that they make, as a page and as a document."""

import uuid as uuids
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import trials as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.trials import TrialForm
from ideas.models import Idea
from ideas.pilot_report import pilot_report, with_pictures
from ideas.views.pictures import picture_answer
from ideas.views.sides import may_write, name_for, opened_idea, seen_revision, writers_idea
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.jobs.pdf import make_pdf
from unlimited.users.form_drafts import filled, keeps_draft


@never_cache
@require_safe
def trials(request: HttpRequest, uuid: UUID, *, is_mine: bool) -> HttpResponse:
    """The trials, and their sums."""
    idea = opened_idea(request, uuid, is_mine=is_mine)
    return _show(request, "list", idea, is_mine=is_mine, may_write=may_write(request, idea), **pilot_report(idea))


@never_cache
@form_page
@keeps_draft()
@asks(TrialForm)
def trial(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID | None = None) -> HttpResponse:
    """Write down a trial, or put one right."""
    idea = writers_idea(request, uuid, is_mine=is_mine)
    row = idea.trials.filter(uuid=number).first() if number else None
    facts, status = {"idea": idea, "by": request.user, "trial": row}, HTTPStatus.OK
    if number and row is None:
        return _gone(request, is_mine=is_mine, **facts)
    if request.method == "POST":
        form = TrialForm(request.POST, request.FILES, **facts)
        status = _save(form)
        if status is None:
            messages.success(request, _("The trial is written down."))
            return redirect(name_for("trials", is_mine), idea.uuid)
    else:
        form = filled(TrialForm(**facts, **({} if row else {"initial": {"token": uuids.uuid4()}})), request)
    return _show(request, "trial", idea, is_mine=is_mine, form=form, row=row, status=status)


def _gone(request: HttpRequest, *, is_mine: bool, idea: Idea, **facts) -> HttpResponse:
    """Who was writing in a trial while the other one took it away may send it as a new one."""
    if request.method != "POST":
        raise Http404
    form = TrialForm(request.POST, request.FILES, idea=idea, **facts)
    form.add_error(None, _("The other one has taken this trial away meanwhile. If you send it, it is a new one."))
    form.data = form.data.copy()
    form.data["token"] = str(uuids.uuid4())
    return _show(request, "trial", idea, is_mine=is_mine, form=form, row=None, status=HTTPStatus.CONFLICT)


@never_cache
@form_page
@asks()
def remove(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID) -> HttpResponse:
    """Take a trial away, as it was read."""
    idea = writers_idea(request, uuid, is_mine=is_mine)
    row = get_object_or_404(idea.trials, uuid=number)
    if request.method == "POST":
        try:
            actions.remove_trial(trial=row, by=request.user, seen_revision=seen_revision(request))
        except IdeaError:
            messages.warning(request, _("The trial has changed meanwhile, and is still here. Look at it first."))
        else:
            messages.success(request, _("The trial is taken away."))
        return redirect(name_for("trials", is_mine), idea.uuid)
    return _show(request, "remove", idea, is_mine=is_mine, row=row)


@never_cache
@require_safe
def report(request: HttpRequest, uuid: UUID, *, is_mine: bool) -> HttpResponse:
    """The pilot report as a document that a screen reader can read, in the language of the page."""
    idea = opened_idea(request, uuid, is_mine=is_mine)
    facts = pilot_report(idea)
    if not facts["trials"]:
        raise Http404
    title = _("What we tried: %(idea)s") % {"idea": idea}
    document = with_pictures(facts["document"], [trial for trial, _facts in facts["trials"]])
    content = make_pdf("pilot", title=title, language=get_language(), facts=document, made_at=timezone.now())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="pilot-{idea.slug}.pdf"'
    return answer


@never_cache
@require_safe
def picture(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID) -> HttpResponse:
    """The picture of a trial, for all who may read the trial."""
    idea = opened_idea(request, uuid, is_mine=is_mine)
    row = get_object_or_404(idea.trials.exclude(picture=""), uuid=number)
    return picture_answer(request, row.picture.name)


def _save(form: TrialForm) -> HTTPStatus | None:
    """Save it; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except actions.TrialChangedError as problem:
        form.add_error(None, _("Somebody has changed this trial meanwhile. What you wrote is here: look it over."))
        form.data = form.data.copy()
        form.data["revision"] = problem.revision or 0
        return HTTPStatus.CONFLICT
    except IdeaError:
        form.add_error(None, _("You are not one of the two who work on the idea now. What you wrote is here."))
        return HTTPStatus.CONFLICT
    return None


def _show(request: HttpRequest, page: str, idea: Idea, *, is_mine: bool, status: int = HTTPStatus.OK, **facts):
    context = {"idea": idea, "is_mine": is_mine, "page": f"ideas/trials/_{page}.html", **facts}
    urls = {name: name_for(name, is_mine) for name in ("trials", "trial", "new_trial", "remove_trial", "trial_picture")}
    template = "ideas/trials/my_idea.html" if is_mine else "ideas/trials/case.html"
    return render(
        request, template, context | {"urls": urls, "report_url": name_for("pilot_report", is_mine)}, status=status
    )
