"""The leader's pages about what is kept ready for answers: texts, and partners to show the way to."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ideas.actions import answers as actions
from ideas.forms.answers import PartnerForm, TemplateForm
from ideas.models import AnswerTemplate, Partner
from incubators.models import Incubator
from unlimited.content.methods import form_page
from unlimited.content.typed import asks


@require_safe
def kept(request: HttpRequest, slug: str) -> HttpResponse:
    """The texts and partners of one incubator, and the partners of all."""
    incubator = _led(request, slug)
    context = {
        "incubator": incubator,
        "templates": incubator.answer_templates.all(),
        "partners": incubator.partners.all(),
        "national": Partner.objects.filter(incubator=None, is_active=True),
    }
    return render(request, "ideas/answers/kept.html", context)


@form_page
@asks(TemplateForm)
def template(request: HttpRequest, slug: str, uuid: UUID | None = None) -> HttpResponse:
    """A text to begin answers with: a new one, or one to change."""
    incubator = _led(request, slug)
    row = get_object_or_404(incubator.answer_templates, uuid=uuid) if uuid else None

    def save(facts: dict, seen_at: str) -> AnswerTemplate:
        return actions.save_template(incubator=incubator, template=row, facts=facts, seen_at=seen_at)

    return _edit(request, incubator, TemplateForm(request.POST or None, instance=row), save, "ideas/answers/text.html")


@form_page
@asks(PartnerForm)
def partner(request: HttpRequest, slug: str, uuid: UUID | None = None) -> HttpResponse:
    """Somebody to show the way to: a new one on the incubator's own list, or one to change."""
    incubator = _led(request, slug)
    row = get_object_or_404(incubator.partners, uuid=uuid) if uuid else None

    def save(facts: dict, seen_at: str) -> Partner:
        return actions.save_partner(incubator=incubator, partner=row, facts=facts, seen_at=seen_at)

    form = PartnerForm(request.POST or None, instance=row)
    return _edit(request, incubator, form, save, "ideas/answers/partner.html")


def _edit(
    request: HttpRequest, incubator: Incubator, form: forms.ModelForm, save: Callable, template_name: str
) -> HttpResponse:
    """Show the form; where it is sent and whole, save it, and say what kept it from being saved."""
    if form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            save(facts, facts.pop("seen_at"))
        except actions.ChangedMeanwhileError:
            form = form.again(type(form.instance).objects.get(pk=form.instance.pk))
        except actions.NameTakenError:
            form.add_error("name", _("There is one of that name already. Choose another name."))
        except actions.BusyError:
            form.add_error(None, _("Someone else is saving this just now. Nothing is lost. Try again."))
        else:
            messages.success(request, _("Saved. It can be chosen in the next answer."))
            return redirect("ideas:answers_kept", incubator.slug)
    return render(request, template_name, {"incubator": incubator, "form": form})


def _led(request: HttpRequest, slug: str) -> Incubator:
    """The incubator, which anyone may know of; 403 for all who do not lead it."""
    incubator = get_object_or_404(Incubator, slug=slug)
    if not request.user.has_perm("ideas.keep_answers", incubator):
        raise PermissionDenied
    return incubator
