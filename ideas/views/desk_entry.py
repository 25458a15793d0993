"""Staff write down what somebody says at the desk or on the telephone, and give them a slip that opens the case."""

from http import HTTPStatus
from uuid import UUID

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import desk_entry as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError
from ideas.codes import hash_of, in_groups
from ideas.forms.desk_entry import DeskEntryForm
from ideas.models import Idea
from ideas.views.submission import BUSY
from incubators.models import Incubator
from incubators.rules import has_role_at
from unlimited.content.methods import form_page
from unlimited.content.templatetags.site_text import day
from unlimited.content.typed import asks
from unlimited.jobs.pdf import make_pdf
from unlimited.mail.links import absolute

# Codes of slips just made, by case: known to this log-in's session alone, and only until the next few are made.
SESSION_KEY, MOST_CODES = "slip_codes", 5


@never_cache
@form_page
@asks(DeskEntryForm)
def write_down(request: HttpRequest) -> HttpResponse:
    """One screen for what a person says; then their slip."""
    places = Incubator.objects.active().staffed_by(request.user).order_by("is_national_intake", "name")
    if not places:
        raise PermissionDenied
    form = DeskEntryForm(request.POST if request.method == "POST" else None, incubators=places, language=get_language())
    if not form.is_bound:
        return render(request, "ideas/desk_entry/write.html", {"form": form, "place": places[0]})
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            idea, code = form.save(by=request.user)
        except IdeaBusyError:
            form.add_error(None, BUSY)
            status = HTTPStatus.SERVICE_UNAVAILABLE
        except actions.NotYourIncubatorError:
            form.add_error("incubator", _("You do not work there any more, or it has closed. What you wrote is here."))
        else:
            _remember_code(request, idea, code)
            return redirect("ideas:slip", idea.uuid)
    return render(request, "ideas/desk_entry/write.html", {"form": form, "place": places[0]}, status=status)


@never_cache
@form_page
@asks()
def slip(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The slip of a case, while its code is known here; POST makes a new one, and the old one opens nothing."""
    idea = _told_at_desk(request, uuid)
    if request.method == "POST":
        try:
            _remember_code(request, idea, actions.make_new_slip(entry=idea.desk_entry, by=request.user))
        except IdeaBusyError:
            messages.warning(request, BUSY)
        except IdeaError:
            messages.warning(request, _("The person has made the case theirs. They need no slip any more."))
        return redirect("ideas:slip", uuid)
    code = _code_of(request, idea)
    may_open_case = Idea.objects.cases_of(request.user).filter(pk=idea.pk).exists()
    context = {"idea": idea, "code": in_groups(code) if code else "", "may_open_case": may_open_case}
    return render(request, "ideas/desk_entry/slip.html", context)


@never_cache
@require_safe
def slip_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The slip to print, A6, in the language that the person reads."""
    idea = _told_at_desk(request, uuid)
    code = _code_of(request, idea)
    if not code:
        return redirect("ideas:slip", uuid)
    with translation.override(idea.language):
        body = make_pdf(
            "slip", title=str(idea), language=idea.language, facts=_facts(idea, code), made_at=timezone.now()
        )
    headers = {"Content-Disposition": 'inline; filename="lapp.pdf"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


def _facts(idea: Idea, code: str) -> dict:
    """The facts on the slip: neither the story nor the person."""
    address, place = absolute("ideas:open_slip", idea.language), idea.incubator
    rows = segno.make(f"{address}#{code}", error="m", micro=False).matrix
    reached_by = " · ".join(filter(None, [place.contact_phone, place.contact_email]))
    return {
        "heading": _("Your idea at %(incubator)s") % {"incubator": place.name},
        "due": _due_words(idea),
        "how": _("See where it stands: open this page, and type the code."),
        "address": address.split("//")[1],
        "code": in_groups(code),
        "code_label": _("Your code"),
        "qr": [[int(module) for module in row] for row in rows],
        "qr_words": _("A square code that opens the same page"),
        "keep": _("Whoever has this slip can read your idea. Keep it like a key."),
        "reach": _("Or ask us: %(how)s") % {"how": reached_by} if reached_by else _("Or come by and ask us."),
    }


def _due_words(idea: Idea) -> str:
    """What is true on the day that the slip is made: it may be a new one, of a case that is late or answered."""
    if not idea.is_waiting_for_answer:
        return _("There is an answer for you.")
    if not idea.is_overdue:
        return _("You get an answer by %(day)s.") % {"day": day(idea.answer_due_on)}
    if idea.new_due_on:
        return _("The answer is late. The new date is %(day)s.") % {"day": day(idea.new_due_on)}
    return _("The answer is late. Ask us when it comes.")


def _told_at_desk(request: HttpRequest, uuid: UUID) -> Idea:
    """A case without an account behind it, for those who moderate it and for its writer while they work there."""
    ideas = Idea.objects.select_related("incubator", "desk_entry").filter(desk_entry__claimed_at=None)
    idea = get_object_or_404(ideas.filter(desk_entry__isnull=False), uuid=uuid)
    wrote_it = idea.desk_entry.written_by_id == request.user.pk and has_role_at(request.user, idea.incubator_id)
    if not (wrote_it or request.user.has_perm("ideas.moderate_idea", idea)):
        raise Http404
    return idea


def _remember_code(request: HttpRequest, idea: Idea, code: str) -> None:
    """Keep the code for the slip's page. A second press has none, and takes nothing away from the first."""
    if code:
        known = request.session.get(SESSION_KEY, {})
        known.pop(str(idea.uuid), None)
        newest = list(known.items())[1 - MOST_CODES :]
        request.session[SESSION_KEY] = {**dict(newest), str(idea.uuid): [code, hash_of(code)]}


def _code_of(request: HttpRequest, idea: Idea) -> str:
    """The code, where this session made it and it still opens the case."""
    code, code_hash = request.session.get(SESSION_KEY, {}).get(str(idea.uuid), ("", ""))
    return code if code_hash == idea.desk_entry.code_hash else ""
