"""Stories, the same pages for both sides: the words, who is in them, what each said yes to, where they stand."""

import uuid as uuids
from http import HTTPStatus
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import stories as actions
from ideas.actions.coauthors import TooManyError
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.consent_chain import Chain, with_chains
from ideas.forms.stories import STORY_FORMS, AskForm, StoryActForm, StoryForm
from ideas.models import Idea, Story, side_of
from ideas.views.sides import may_write, name_for, opened_idea, seen_revision, writers_idea
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.adapter import WAIT
from unlimited.users.form_drafts import filled, keeps_draft


@never_cache
@require_safe
def stories(request: HttpRequest, uuid: UUID, *, is_mine: bool) -> HttpResponse:
    """All stories of an idea, and what each may be used for."""
    idea = opened_idea(request, uuid, is_mine=is_mine)
    chains = with_chains(idea.stories.all()[: actions.MOST_STORIES])
    return _show(request, "list", idea, is_mine=is_mine, may_write=may_write(request, idea), chains=chains)


@never_cache
@form_page
@keeps_draft()
@asks(StoryForm)
def write(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID | None = None) -> HttpResponse:
    """Write a story, or put one right."""
    idea = writers_idea(request, uuid, is_mine=is_mine)
    row = get_object_or_404(idea.stories, uuid=number) if number else None
    facts, status = {"idea": idea, "by": request.user, "story": row}, HTTPStatus.OK
    if request.method == "POST":
        form = StoryForm(request.POST, **facts)
        status = _save(form)
        if status is None:
            messages.success(request, _("The story is saved."))
            return redirect(name_for("story", is_mine), idea.uuid, row.uuid if row else form.cleaned_data["token"])
    else:
        start = {"initial": {"token": uuids.uuid4(), "language": get_language()}}
        form = filled(StoryForm(**facts, **({} if row else start)), request)
    return _show(request, "write", idea, is_mine=is_mine, form=form, row=row, status=status)


@never_cache
@form_page
@asks()
def remove(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID) -> HttpResponse:
    """Take a story away, as it was read."""
    idea = writers_idea(request, uuid, is_mine=is_mine)
    row = get_object_or_404(idea.stories, uuid=number)
    if request.method != "POST":
        return _show(request, "remove", idea, is_mine=is_mine, row=row)
    try:
        actions.remove_story(story=row, by=request.user, seen_revision=seen_revision(request))
    except IdeaError:
        messages.warning(request, _("The story has changed meanwhile, and is still here. Look at it first."))
    else:
        messages.success(request, _("The story is taken away."))
    return redirect(name_for("stories", is_mine), idea.uuid)


@never_cache
@require_safe
def story(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID) -> HttpResponse:
    """One story: its words, its people and what each has said yes to, where it is used, and what can be done."""
    idea = opened_idea(request, uuid, is_mine=is_mine)
    return _show_story(request, idea, number, is_mine=is_mine)


@never_cache
@form_page
@asks(name=STORY_FORMS)
def act(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Do one thing with a story, from its page."""
    if name not in STORY_FORMS:
        raise Http404
    row = get_object_or_404(Story.objects.select_related("idea"), uuid=uuid)
    is_mine = Idea.objects.read_by_writers(request.user).filter(pk=row.idea_id).exists()
    idea = opened_idea(request, row.idea.uuid, is_mine=is_mine)
    back = redirect(name_for("story", is_mine), idea.uuid, row.uuid)
    if request.method != "POST":
        return back
    if STORY_FORMS[name] not in _theirs(request, idea, is_mine=is_mine):
        raise PermissionDenied
    row.idea = idea
    form = STORY_FORMS[name](request.POST, story=row, by=request.user)
    status = _save(form) if _may_mail_now(request, form) else HTTPStatus.TOO_MANY_REQUESTS
    if status is None:
        messages.success(request, form.done)
        return back
    return _show_story(request, idea, uuid, is_mine=is_mine, sent=form, status=status)


def _may_mail_now(request: HttpRequest, form: StoryActForm) -> bool:
    """Whoever asks people by mail does it no more often than they may write to the incubator."""
    if not isinstance(form, AskForm) or ratelimit.consume(request, action="write_message"):
        return True
    form.add_error(None, WAIT)
    return False


def _save(form: StoryForm | StoryActForm) -> HTTPStatus | None:
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
    except IdeaError as problem:
        form.add_error(None, _what_happened(problem))
        if isinstance(problem, actions.StoryChangedError):
            form.data = form.data.copy()
            form.data["revision"] = problem.revision
        return HTTPStatus.CONFLICT
    return None


def _what_happened(problem: IdeaError) -> str:
    return {
        actions.StoryChangedError: _("Somebody has changed the words meanwhile. Nothing is saved; yours are here."),
        actions.InItAlreadyError: _("Somebody with that address is in the story already."),
        actions.AnswersAloneError: _("They have an e-mail, and answer themselves by the link in it."),
        actions.HasAnsweredError: _("They have said yes to something, and stay in the story."),
        actions.NotAgreedError: _("Not everyone has said yes to that on that day. Ask them first."),
        TooManyError: _("There is no room for more here."),
    }.get(type(problem), _("You do not work with the idea now. What you wrote is here."))


def _theirs(request: HttpRequest, idea: Idea, *, is_mine: bool) -> list[type[StoryActForm]]:
    """What the reader may do. Only staff write down where a story is used."""
    is_side, is_staff = side_of(request.user, idea) is not None, not is_mine
    may = {"sides": is_side and idea.status in Idea.PUBLIC_STATUSES, "staff": is_staff, "all": is_side or is_staff}
    return [form for form in STORY_FORMS.values() if may[form.who]]


def _show_story(
    request: HttpRequest,
    idea: Idea,
    number: UUID,
    *,
    is_mine: bool,
    sent: StoryActForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page of one story, with the forms that are possible for this reader."""
    chain: Chain = next(iter(with_chains(idea.stories.filter(uuid=number))), None)
    if chain is None:
        raise Http404
    chain.story.idea = idea
    theirs, mine = _theirs(request, idea, is_mine=is_mine), request.user.email.lower()
    may_write = AskForm in theirs
    context = {
        "chain": chain,
        "may_write": may_write,
        "sent": sent,
        "ask": AskForm(story=chain.story, by=request.user) if may_write and chain.to_ask else None,
        "forms": [form for form in _forms(request, chain.story, theirs, sent) if form is sent or form.is_possible],
        # A person in the story answers by their own link, as the others do.
        "own": next((one.person for one in chain.people if one.person.email == mine), None),
    }
    return _show(request, "story", idea, is_mine=is_mine, status=status, **context)


def _forms(
    request: HttpRequest, row: Story, theirs: list[type[StoryActForm]], sent: StoryActForm | None
) -> list[StoryActForm]:
    folded = [form for form in theirs if form is not AskForm]
    return [sent if isinstance(sent, form) else form(story=row, by=request.user) for form in folded]


def _show(request: HttpRequest, page: str, idea: Idea, *, is_mine: bool, status: int = HTTPStatus.OK, **facts):
    context = {"idea": idea, "is_mine": is_mine, "page": f"ideas/stories/_{page}.html", **facts}
    names = ("stories", "story", "new_story", "change_story", "remove_story")
    urls = {name: name_for(name, is_mine) for name in names}
    template = "ideas/stories/my_idea.html" if is_mine else "ideas/stories/case.html"
    return render(request, template, context | {"urls": urls}, status=status)
