"""A resident writes an idea: screen after screen, saved on the way, and in the end sent in."""

from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ideas.actions import submission as actions
from ideas.actions.transitions import EditedElsewhereError, IdeaBusyError, IdeaGoneError, TransitionNotAllowedError
from ideas.drafts import (
    draft_key,
    drafts_of_browser,
    ideas_of,
    ideas_to_edit,
    ideas_to_read,
    new_draft_key,
    note_sending,
    person_of,
)
from ideas.forms.submission import SCREENS, EmailForm, KeptTextsForm, NewIdeaForm, SendForm
from ideas.models import Idea
from ideas.views.pictures import picture_answer
from incubators.models import Incubator
from incubators.readers import Readers, readers_for
from unlimited.content.methods import form_page
from unlimited.content.templatetags.site_languages import in_each_language
from unlimited.content.templatetags.site_text import clock
from unlimited.content.typed import asks
from unlimited.users.adapter import WAIT
from unlimited.users.limits import may_do
from unlimited.users.login import start_login_by_code, with_query

# A form that is sent sooner comes from a machine.
SECONDS_TO_WRITE = 3
SCREEN_NAMES = list(SCREENS)
BUSY = gettext_lazy("This is being saved from another window just now. Wait a moment, then save again.")


# --- Writing ----------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@form_page
@asks(NewIdeaForm)
def new(request: HttpRequest) -> HttpResponse:
    """The first screen, before there is a draft. The home page's question posts here with `need` alone."""
    if request.method != "POST":
        if person_of(request) and drafts_of_browser(request.session).exists():
            return redirect(with_query("ideas:whose_draft", next=request.get_full_path()))
        drafts = ideas_of(request).drafts().order_by("-updated_at")[:5]
        form = NewIdeaForm(initial={"chosen": request.GET.get("inkubator", "")})
        return _show_screen(request, form, None, "ideen", drafts=drafts)
    form = NewIdeaForm(request.POST)
    idea = _begin(request, form)
    if idea and form.is_valid():
        return redirect(_next(request, idea, "ideen"))
    if "proposal" not in request.POST and not form.problems:
        return redirect("ideas:draft", idea.uuid, "ideen") if idea else redirect("ideas:new")
    return _show_screen(request, form, idea, "ideen", status=429 if form.non_field_errors() else 200)


def _begin(request: HttpRequest, form: NewIdeaForm) -> Idea | None:
    """Start a draft with what is storable of the form; None where that is nothing, or too much came from here."""
    values = KeptTextsForm(request.POST).storable
    if not values or "for_machines" in form.errors:
        return None
    if not may_do(request, action="start_idea", browser=draft_key(request.session)):
        form.add_error(
            None,
            _("Very many ideas were begun from here. What you wrote stays below. Try again later, or log in first."),
        )
        return None
    person = person_of(request)
    key = "" if person else new_draft_key(request.session)
    values = {**values, "incubator": form.chosen_incubator, "language": get_language()}
    return actions.start_draft(by=person, draft_key=key, values=values)


@login_not_required
@never_cache
@form_page
@asks(screen=SCREENS)
def draft(request: HttpRequest, uuid: UUID, screen: str) -> HttpResponse:
    """One screen of a draft, or of an idea that needs changes."""
    if screen not in SCREENS:
        raise Http404
    idea = ideas_to_edit(request).editable_by_author().select_related("incubator").filter(uuid=uuid).first()
    if idea is None:
        return _not_open(request, uuid)
    if request.method != "POST":
        return _show_screen(request, SCREENS[screen](instance=idea), idea, screen)
    form = _filled_in(request, idea, screen)
    try:
        saved = _save(request, idea, form)
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return _show_screen(request, form, idea, screen, status=503)
    except (actions.NotOpenError, IdeaGoneError):
        return _not_open(request, uuid)
    form.tell(saved)
    if form.is_valid():
        return redirect(_next(request, idea, screen))
    return _show_screen(request, form, saved.idea, screen)


def _filled_in(request: HttpRequest, idea: Idea, screen: str):
    """The screen as it was sent; without its picture where too many came from here."""
    is_too_much = bool(request.FILES) and not may_do(request, action="send_picture", browser=draft_key(request.session))
    form = SCREENS[screen](request.POST, None if is_too_much else request.FILES, instance=idea)
    if is_too_much and form.errors is not None:  # reading them validates
        form.add_error(None, WAIT)
    return form


def _save(request: HttpRequest, idea: Idea, form) -> actions.Saved:
    by = person_of(request) if idea.author_id else None
    return actions.save_draft(idea=idea, by=by, values=form.values, seen=form.seen_fingerprints)


def _next(request: HttpRequest, idea: Idea, screen: str) -> str:
    """Where a saved screen leads: on, or to looking it over where the person came from there or has had enough."""
    following = SCREEN_NAMES[SCREEN_NAMES.index(screen) + 1 :]
    if not following or request.POST.get("go") == "send":
        return reverse("ideas:send", args=[idea.uuid])
    return reverse("ideas:draft", args=[idea.uuid, following[0]])


def _show_screen(request: HttpRequest, form, idea: Idea | None, screen: str, *, drafts=(), status=200):
    number = SCREEN_NAMES.index(screen) + 1
    if idea and request.method == "POST":
        request.shown_at = reverse("ideas:draft", args=[idea.uuid, screen])
    previous = SCREEN_NAMES[number - 2] if idea and number > 1 else ""
    context = {
        "drafts": drafts,
        "form": form,
        "idea": idea,
        "place": idea.incubator if idea else form.chosen_incubator,
        "screen": screen,
        "number": number,
        "total": len(SCREENS),
        "back_url": reverse("ideas:draft", args=[idea.uuid, previous]) if previous else "",
        "skip_url": _next(request, idea, screen) if idea and number > 1 else "",
        "asked": idea.latest_request_for_changes if idea else "",
        # Who has sent it in once wants to change something, not to be led through all of it again.
        "to_send": request.GET.get("til") == "send" or bool(idea and idea.slug),
    }
    return render(request, "ideas/submission/screen.html", context, status=status)


@login_not_required
@never_cache
@require_POST
@asks(NewIdeaForm)
def start(request: HttpRequest) -> JsonResponse:
    """The first save as you type: makes the draft and says where it is saved from now on."""
    form = NewIdeaForm(request.POST)
    idea = _begin(request, form)
    if idea is None:
        status = 429 if form.non_field_errors() else 400
        return JsonResponse({"message": _("Not saved yet."), "problems": form.problems}, status=status)
    return _saved_as_typed(idea, form, actions.Saved(idea))


@login_not_required
@never_cache
@require_POST
@asks(screen=SCREENS)
def autosave(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """Save one screen as it is being typed. Answers with words to show, and what the fields hold now."""
    # A page that was open before log-in goes on saving: whose the draft is, is asked later.
    ideas = ideas_to_edit(request).editable_by_author().select_related("incubator")
    idea = ideas.filter(uuid=uuid).first() or drafts_of_browser(request.session).filter(uuid=uuid).first()
    screen = SCREENS.get(request.POST.get("screen", ""))
    if idea is None or screen is None:
        return _nowhere_to_save()
    form = screen(request.POST, instance=idea)
    try:
        saved = _save(request, idea, form)
    except IdeaBusyError:
        return JsonResponse({"message": BUSY}, status=503)
    except IdeaGoneError:
        return _nowhere_to_save()
    except actions.NotOpenError:
        return JsonResponse({"message": _("The idea has been sent in. Copy what you wrote.")}, status=409)
    return _saved_as_typed(saved.idea, form, saved)


def _nowhere_to_save() -> JsonResponse:
    return JsonResponse({"message": _("This cannot be saved here any more. Copy what you wrote.")}, status=404)


def _saved_as_typed(idea: Idea, form, saved: actions.Saved) -> JsonResponse:
    problems, address = form.problems, reverse("ideas:draft", args=[idea.uuid, "ideen"])
    if saved.conflicts:
        problems = [*problems, _("This was changed in another window. Press the button below to see both texts.")]
    return JsonResponse(
        {
            "message": _("Saved %(clock)s") % {"clock": clock(timezone.now())},
            "problems": problems,
            "seen": form.fingerprints(saved.idea, kept=saved.conflicts),
            "action": address,
            "languages": in_each_language(address),
            "autosave": reverse("ideas:autosave", args=[idea.uuid]),
        }
    )


def _not_open(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The draft is not there for this browser, or is a draft no more. What was just typed stays on the page."""
    idea = ideas_to_read(request).filter(uuid=uuid).first()
    if idea and request.method != "POST":
        return redirect("ideas:mine_idea", idea.uuid)
    if request.method != "POST" and drafts_of_browser(request.session).filter(uuid=uuid).exists():
        return redirect(with_query("ideas:whose_draft", next=request.get_full_path()))
    context = {"idea": idea, "form": KeptTextsForm(request.POST)}
    return render(request, "ideas/submission/not_open.html", context, status=409 if idea else 404)


# --- The picture ------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def picture(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The picture of an idea: to everyone while the idea is public, else to its writer alone.

    Staff see that of the version sent in, never the one that the author is just changing.
    """
    idea = get_object_or_404(Idea.objects.exclude(picture=""), uuid=uuid)
    if not (idea.is_public or ideas_to_read(request).filter(pk=idea.pk).exists()):
        raise Http404
    return picture_answer(request, idea.picture.name, is_public=idea.is_public)


# --- Sending in -------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@form_page
@asks(EmailForm, SendForm)
def send(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Look the idea over; then an e-mail address and its code, or, once logged in, the button that sends it in."""
    idea = ideas_of(request).select_related("incubator__municipality").filter(uuid=uuid).first()
    if idea is None and ideas_to_edit(request).filter(uuid=uuid).exists():
        messages.success(request, _("It is saved. The author looks it over and sends it in."))
        return redirect("ideas:mine_idea", uuid)
    if idea is None:
        return _not_open(request, uuid)
    if not idea.is_editable_by_author:
        return redirect("ideas:receipt" if idea.is_waiting_for_answer else "ideas:mine_idea", idea.uuid)
    readers = _readers(idea)
    form = _send_form(request, idea, readers.selected)
    if form.is_bound and form.is_valid():
        answer = _send_in(request, idea, form) if person_of(request) else _ask_for_code(request, idea, form)
        if answer:
            return answer
    missing = [name for name in actions.REQUIRED if not getattr(idea, name).strip()]
    answers = _answers(idea)
    context = {"idea": idea, "form": form, "missing": missing, "answers": answers}
    context["has_reader"] = _has_reader(idea)
    context["readers"] = readers
    context["unanswered"] = [answer for answer in answers if not answer["rows"]]
    return render(request, "ideas/submission/send.html", context)


def _has_reader(idea: Idea) -> bool:
    """Whether an incubator was chosen that still takes ideas."""
    return idea.incubator is not None and idea.incubator.is_active


def _readers(idea: Idea) -> Readers:
    """The incubators for the place or postcode that was named, where none was chosen."""
    is_open = idea.status == Idea.Status.DRAFT and not _has_reader(idea)
    return readers_for(idea.neighbourhood) if is_open else Readers()


def _send_form(request: HttpRequest, idea: Idea, selected: Incubator | None):
    data = request.POST if request.method == "POST" else None
    if not person_of(request):
        return EmailForm(data)
    asked = {"may_publish": "yes" if idea.may_publish else "no", "age_band": idea.age_band} if idea.slug else {}
    return SendForm(data, selected=selected, initial={**asked, "revision": idea.revision})


def _ask_for_code(request: HttpRequest, idea: Idea, form: EmailForm) -> HttpResponse | None:
    note_sending(request.session, idea=idea, email=form.cleaned_data["email"])
    try:
        return start_login_by_code(
            request, email=form.cleaned_data["email"], next_url=reverse("ideas:send", args=[idea.uuid]) + "#send"
        )
    except ValidationError as error:
        form.add_error("email", error)
        return None


def _send_in(request: HttpRequest, idea: Idea, form: SendForm) -> HttpResponse | None:
    if (timezone.now() - idea.created_at).total_seconds() < SECONDS_TO_WRITE:
        form.add_error(None, _("That went very fast. Read through it once, then send it in. All is kept."))
        return None
    if not ratelimit.consume(request, action="submit_idea"):
        form.add_error(None, _("You have sent in many ideas in the last hour. This one is kept. Try again later."))
        return None
    given = form.cleaned_data
    try:
        actions.submit_idea(
            idea=idea,
            by=request.user,
            may_publish=given["may_publish"],
            age_band=given["age_band"],
            seen_revision=given["revision"],
            selected=form.selected,
        )
    except EditedElsewhereError as edited:
        form.look_again(edited.idea)
    except actions.NotCompleteError as incomplete:
        screen = "bilde" if incomplete.missing == ["picture_alt"] else "ideen"
        messages.warning(request, _("Something is missing before it can be sent in."))
        return redirect("ideas:draft", idea.uuid, screen)
    except IdeaBusyError:
        form.add_error(None, BUSY)
    except (TransitionNotAllowedError, IdeaGoneError):
        return redirect("ideas:send", idea.uuid)
    else:
        return redirect("ideas:receipt", idea.uuid)
    return None


def _answers(idea: Idea) -> list[dict]:
    """What has been answered, screen by screen, for looking it over."""
    return [
        {"screen": name, "heading": form.heading, "rows": form(instance=idea).answers} for name, form in SCREENS.items()
    ]


@never_cache
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What happens now: who reads it, by when, how to change or withdraw it, and whom to call."""
    ideas = Idea.objects.written_by(request.user).exclude(status=Idea.Status.DRAFT)
    idea = get_object_or_404(ideas.select_related("incubator"), uuid=uuid)
    is_too_young = bool(idea.age_band) and idea.age_band not in Idea.AgeBand.of_consenting_age()
    context = {"idea": idea, "is_too_young": is_too_young, "consent_age": settings.CONSENT_AGE}
    return render(request, "ideas/submission/receipt.html", context)
