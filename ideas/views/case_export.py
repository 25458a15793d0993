"""A public incubator's case, handed out on request."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ideas.actions.case_export import export_case
from ideas.actions.transitions import IdeaBusyError
from ideas.case_file import case_file
from ideas.forms.case_export import CaseExportForm
from ideas.models import CaseExport, Idea, Transition
from ideas.views.sides import note_opening
from incubators.models import Incubator
from unlimited.content.methods import form_page
from unlimited.content.templatetags.site_text import day, moment
from unlimited.content.typed import asks
from unlimited.jobs.pdf import make_pdf

MOST_SHOWN = 20


@form_page
@asks(CaseExportForm)
def export(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what is handed out and what is not; then hand it out."""
    idea = _public_case_of(request, uuid)
    form = CaseExportForm(request.POST or None)
    if form.is_valid():
        try:
            log = export_case(idea=idea, by=request.user, **form.cleaned_data)
        except IdeaBusyError:
            form.add_error(None, _("Someone else is saving this case just now. Nothing is lost. Try again."))
        else:
            return _file(idea, log)
    exports = idea.exports.select_related("made_by")[:MOST_SHOWN]
    return render(request, "ideas/case_export/page.html", {"idea": idea, "form": form, "exports": exports})


def _public_case_of(request: HttpRequest, uuid: UUID) -> Idea:
    """A case that the law lets others ask for: of an incubator that is part of the municipality."""
    cases = Idea.objects.submitted_to(request.user).select_related("incubator", "author")
    idea = get_object_or_404(cases, uuid=uuid, incubator__legal_status=Incubator.LegalStatus.PUBLIC)
    return note_opening(request, idea)


def _file(idea: Idea, log: CaseExport) -> HttpResponse:
    facts = case_file(idea, with_author=log.has_author)
    name = f"{idea.uuid}.{log.form}"
    if log.form == CaseExport.Form.JSON:
        answer = JsonResponse(facts, json_dumps_params={"ensure_ascii": False, "indent": 2})
    else:
        content = make_pdf(
            "case", title=_said_title(facts), language=get_language(), facts=_in_words(facts), made_at=log.made_at
        )
        answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _said_title(facts: dict) -> str:
    return facts["documents"][-1]["answers"].get("title", "") or _("A case")


def _in_words(facts: dict) -> dict:
    """The same facts as a person reads them, in the language of the page."""
    kinds, statuses = dict(Transition.Kind.choices), dict(Idea.Status.choices)
    left_out = facts["left_out"]
    return {
        "parties": [
            [_("Incubator"), facts["incubator"]],
            [_("Author"), facts["author"] or _("Not named here")],
            [_("Status"), str(statuses[facts["status"]])],
            [_("Sent in"), _moment(facts["sent_in_at"])],
            [_("Answer promised by"), day(parse_date(facts["answer_promised_by"]))],
            [_("Case"), facts["case"]],
        ],
        "documents_heading": _("What was sent in"),
        "documents": [
            {
                "heading": _("Version %(number)d, %(when)s")
                % {"number": document["version"], "when": _moment(document["sent_in_at"])},
                "answers": _answers(document),
            }
            for document in facts["documents"]
        ],
        "decisions_heading": _("What was decided"),
        "decisions": [
            {"heading": f"{kinds[one['what']]}, {_moment(one['at'])}", "texts": _texts(one)}
            for one in facts["decisions"]
        ],
        "messages_heading": _("What was said"),
        "messages": [
            {"heading": f"{_('The author') if one['from_author'] else facts['incubator']}, {_moment(one['at'])}",
             "texts": [["", one["text"]]]}
            for one in facts["messages"]
        ],
        "left_out_heading": _("What is left out"),
        "left_out": [
            [_("Passages that name others, marked […] in the text"), str(left_out["passages"])],
            [_("Notes that staff wrote to each other"), str(left_out["internal_notes"])],
        ],
        "nothing": _("Nothing"),
    }  # fmt: skip


def _answers(document: dict) -> list[list[str]]:
    answers = [[str(Idea._meta.get_field(name).verbose_name), text] for name, text in document["answers"].items()]
    return [*answers, [_("Picture"), document["picture"]]] if document["picture"] else answers


def _texts(decision: dict) -> list[list[str]]:
    names = {"went_well": _("What was good"), "reason": _("Reason"), "way_on": _("A way on"), "way_on_to": ""}
    return [[words, decision[name]] for name, words in names.items() if decision[name]]


def _moment(iso: str) -> str:
    return moment(parse_datetime(iso))
