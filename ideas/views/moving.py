"""The author answers the incubator that asks for more time."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ideas.actions import moving as actions
from ideas.actions.transitions import IdeaBusyError, IdeaGoneError
from ideas.forms.moving import LaterDateAnswerForm
from ideas.models import Idea
from ideas.views.submission import BUSY
from unlimited.content.templatetags.site_text import day
from unlimited.content.typed import asks


@never_cache
@require_POST
@asks(LaterDateAnswerForm)
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say yes or no to the date that stood on the page."""
    ideas = Idea.objects.written_by(request.user).exclude(status=Idea.Status.DRAFT)
    idea = get_object_or_404(ideas, uuid=uuid)
    form = LaterDateAnswerForm(request.POST)
    if form.is_valid():
        _answer(request, idea, form)
    else:
        messages.warning(request, _("Choose yes or no."))
    return redirect("ideas:mine_idea", idea.uuid)


def _answer(request: HttpRequest, idea: Idea, form: LaterDateAnswerForm) -> None:
    chosen, agrees = form.cleaned_data["day"], form.cleaned_data["answer"] == form.YES
    try:
        idea = actions.answer_later_date(idea=idea, by=request.user, day=chosen, agrees=agrees)
    except IdeaBusyError:
        messages.warning(request, BUSY)
    except actions.NotAskedError:
        messages.warning(request, _("Nobody asks for that date any more."))
    except IdeaGoneError as error:
        raise Http404 from error
    else:
        words = _("Thank you. You get an answer by %(day)s.") if agrees else _("The date stays: %(day)s.")
        messages.success(request, words % {"day": day(idea.new_due_on or idea.answer_due_on)})
