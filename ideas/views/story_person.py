"""The page of somebody in a story, by the link of their mail: all of its words, and their yes to each use."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ideas.actions import stories as actions
from ideas.actions.transitions import IdeaBusyError, IdeaGoneError
from ideas.consent_chain import with_chains
from ideas.forms.stories import AnswerForm
from ideas.models import Idea, Story, StoryPerson
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks


@login_not_required
@never_cache
@form_page
@asks(AnswerForm)
def story_person(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """Read, and answer. POST with `withdraw` takes all of it back; with `new_link` it ends this link."""
    person = _in_story(uuid, token)
    if person.is_link_over:
        return render(request, "ideas/stories/expired.html", status=HTTPStatus.GONE)
    if "new_link" in request.POST:
        return _replace_link(request, person)
    if request.method != "POST":
        return _show(request, person, AnswerForm(person=person))
    is_over = "withdraw" in request.POST
    form = AnswerForm(None if is_over else request.POST, person=person)
    status = _withdraw(request, person) if is_over else _save(request, person, form)
    return redirect(request.path) if status is None else _show(request, person, form, status=status)


def _replace_link(request: HttpRequest, person: StoryPerson) -> HttpResponse:
    try:
        actions.replace_story_link(person=person, seen_version=person.link_version)
    except IdeaBusyError:
        messages.warning(request, BUSY)
        return redirect(request.path)
    except IdeaGoneError as error:
        raise Http404 from error
    return render(request, "ideas/stories/new_link.html")


def _withdraw(request: HttpRequest, person: StoryPerson) -> HTTPStatus | None:
    try:
        actions.withdraw_from_story(person=person)
    except IdeaBusyError:
        messages.warning(request, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    messages.success(
        request,
        _("You have taken it back. The story is taken out of this website and the reports; below is where it stood."),
    )
    return None


def _save(request: HttpRequest, person: StoryPerson, form: AnswerForm) -> HTTPStatus | None:
    """Save the answer; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except actions.StoryChangedError as problem:
        form.add_error(None, _("The words have changed since you read them. Nothing is saved: read them once more."))
        form.data = form.data.copy()
        form.data["revision"] = problem.revision
        return HTTPStatus.CONFLICT
    messages.success(request, _("Your answer is saved. You can change it here at any time."))
    return None


def _in_story(uuid: UUID, token: str) -> StoryPerson:
    """The person whose mail carried `token`. Without it, the answer is the same as for an unknown one."""
    ideas = Prefetch("story__idea", Idea.objects.select_related("incubator"))
    people = StoryPerson.objects.select_related("story").prefetch_related(ideas, "consents")
    person = get_object_or_404(people.exclude(name=""), uuid=uuid)
    if not constant_time_compare(token, person.token):
        raise Http404
    return person


def _show(request: HttpRequest, person: StoryPerson, form: AnswerForm, *, status: int = HTTPStatus.OK):
    """The story as it is worded now, which may be later than what the form was filled in about."""
    chain = next(iter(with_chains(Story.objects.filter(pk=person.story_id))), None)
    if chain is None:
        raise Http404
    chain.story.idea = person.story.idea
    own = next((one for one in chain.people if one.person.pk == person.pk), None)
    context = {"chain": chain, "own": own, "form": form, "idea": person.story.idea, "person": person}
    return render(request, "ideas/stories/person.html", context, status=status)
