"""Closing an incubator for good."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ideas.actions import closing as actions
from ideas.forms.closing import CloseForm
from ideas.models import Idea
from incubators.models import Incubator
from unlimited.content.methods import form_page
from unlimited.content.paging import count_up_to
from unlimited.content.typed import asks, not_saved


@form_page
@asks(CloseForm)
def close_incubator(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask who takes the open ideas and why it closes; POST closes it. How many are open is all that is told."""
    incubator = get_object_or_404(Incubator, slug=slug, is_national_intake=False)
    if not request.user.has_perm("incubators.close_incubator", incubator):
        raise PermissionDenied
    if not incubator.is_active:
        return _closed_already(request, incubator)
    form = CloseForm(request.POST or None, incubator=incubator)
    if form.is_valid() and (answer := _closed(request, form, incubator)):
        return answer
    open_ideas = Idea.objects.filter(incubator=incubator, status__in=Idea.OPEN_STATUSES)
    context = {"incubator": incubator, "form": form, "open_ideas": count_up_to(open_ideas)}
    return render(request, "ideas/closing/close.html", context)


def _closed(request: HttpRequest, form: CloseForm, incubator: Incubator) -> HttpResponse | None:
    """Close it; None, with words on the form, where that is not possible. Where a colleague was first, it is closed."""
    try:
        count = actions.close_incubator(incubator=incubator, by=request.user, **form.cleaned_data)
    except actions.BusyError:
        form.add_error(
            None, _("Somebody works on one of the ideas just now, so nothing was done. Wait a moment, then try again.")
        )
    except actions.NowhereToGoError:
        form.add_error("to", _("They have closed too. Choose somebody else."))
    except actions.OwnInheritanceError:
        form.add_error(
            "to", _("You work there yourself, so their ideas cannot go there by your hand. Choose another place.")
        )
    except actions.AlreadyClosedError:
        return _closed_already(request, incubator)
    else:
        words = ngettext(
            "The incubator is closed. %(count)d open idea went to %(to)s.",
            "The incubator is closed. %(count)d open ideas went to %(to)s.",
            count,
        )
        messages.success(request, words % {"count": count, "to": form.cleaned_data["to"]})
        return redirect(incubator)
    return None


def _closed_already(request: HttpRequest, incubator: Incubator) -> HttpResponse:
    words = _("Somebody else has closed the incubator already.")
    return not_saved(request, words, back=incubator.get_absolute_url())
