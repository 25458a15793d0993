"""What a person typed into a form that was not taken in.

The form's class says which fields a person sees and what they are called, so a page can show the words again also
where the view never reached its form: access was lost, the session ended, the CSRF token expired. Nothing is read but
the class and the POST: no field that a form fills from the database can show.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _

from unlimited.content.text import clean_text

# A party of a hundred, each with name, address, role and needs.
MOST_FIELDS = 1_000
# No form of the site sends more values; one that does says so in its class (`most_values`).
MOST_VALUES = 1_000
# One line has room for so much on a phone.
LONGEST_LINE = 60


@dataclass(frozen=True)
class Asked:
    """The forms of one view: always the same ones, or one by a word of the address or of the POST."""

    always: tuple[type[forms.BaseForm], ...]
    by_word: Mapping[str, Mapping[str, type[forms.BaseForm]]]

    def all(self) -> set[type[forms.BaseForm]]:
        return {*self.always, *(form for table in self.by_word.values() for form in table.values())}

    def for_request(self, kwargs: Mapping, data: QueryDict) -> list[type[forms.BaseForm]]:
        words = {name: kwargs.get(name, data.get(name)) for name in self.by_word}
        chosen = (self.by_word[name].get(word) for name, word in words.items())
        return [*self.always, *filter(None, chosen)]


class LostAccessError(Http404):
    """The object of a POST was this person's until now. The 404 page shows `words`, what was typed and a way `back`."""

    def __init__(self, words: str, *, back: str):
        super().__init__(words)
        self.words, self.back = words, back


def asks(*form_classes: type[forms.BaseForm], **by_word: Mapping[str, type[forms.BaseForm]]) -> Callable:
    """Mark a view with the forms that its POST carries; none for a button.

    `name=FORMS` picks one of a table by that part of the address, or by that field of the POST.
    """

    def mark(view: Callable) -> Callable:
        view.asks = Asked(form_classes, by_word)
        return view

    return mark


@dataclass(frozen=True)
class Typed:
    """One field as a person filled it in. `is_text`: typed, and not chosen."""

    label: str
    text: str
    is_text: bool

    @property
    def rows(self) -> int:
        """Lines to show it in; one where it fits in one line."""
        lines = self.text.splitlines() or [""]
        return min(sum(1 + len(line) // LONGEST_LINE for line in lines), 15)


def posted(request: HttpRequest) -> QueryDict:
    """Return what was posted; nothing where that cannot be read, or not once more."""
    try:
        return request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError, OSError):
        return QueryDict()


def asked_at(request: HttpRequest) -> Asked | None:
    """Return what the view of this address asks for; None where it is not marked, or there is none."""
    match = match_of(request)
    return getattr(match.func, "asks", None) if match else None


def match_of(request: HttpRequest) -> ResolverMatch | None:
    """Return the request's match, also in a middleware that runs before the address is resolved."""
    try:
        return request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return None


def forms_of(request: HttpRequest) -> list[type[forms.BaseForm]]:
    """Return the classes of the forms that the POST carries."""
    asked, match = asked_at(request), match_of(request)
    return asked.for_request(match.kwargs, posted(request)) if asked else []


def most_values(request: HttpRequest) -> int:
    """Return how many values a POST to this address may carry: what its forms have room for."""
    return max((getattr(form, "most_values", MOST_VALUES) for form in forms_of(request)), default=MOST_VALUES)


def what_was_typed(request: HttpRequest) -> list[Typed]:
    """Return each visible field that was filled in, in the order of its form. Never a secret, a hidden field or a file.

    Nothing where nothing was typed: choices alone are no work to lose.
    """
    if request.method != "POST":
        return []
    data, found = posted(request), []
    for form_class in forms_of(request):
        for part in parts_of(form_class, data):
            found += part.typed(data)
            if len(found) >= MOST_FIELDS:
                break
    return found[:MOST_FIELDS] if any(field.is_text for field in found) else []


@dataclass(frozen=True)
class Part:
    """A form, or one of several equal ones in it: by prefix, and told apart by `number` where there are more."""

    form_class: type[forms.BaseForm]
    prefix: str | None = None
    number: int | None = None

    def name_of(self, field_name: str) -> str:
        prefix = self.prefix or self.form_class.prefix
        return f"{prefix}-{field_name}" if prefix else field_name

    def typed(self, data: QueryDict) -> Iterator[Typed]:
        for name, field in self.form_class.base_fields.items():
            words = "" if is_unseen(field) else _in_words(field, self._value(field, data, name))
            if words:
                label = f"{field.label} ({self.number})" if self.number else str(field.label)
                yield Typed(label, words, _is_text(field))

    def _value(self, field: forms.Field, data: QueryDict, name: str) -> object:
        return field.widget.value_from_datadict(data, {}, self.name_of(name))


def parts_of(form_class: type[forms.BaseForm], data: QueryDict) -> list[Part]:
    """Return the form, and the forms inside it where its class names them (`parts`)."""
    inner = getattr(form_class, "parts", None)
    return [Part(form_class), *(inner(data) if inner else ())]


def is_unseen(field: forms.Field) -> bool:
    """Whether a field's value is never shown again: hidden, a file, a password or a code, or without a name to show."""
    widget = field.widget
    is_shown = field.label and not (widget.is_hidden or widget.needs_multipart_form or is_trap(field))
    return is_secret(field) or not is_shown


def is_secret(field: forms.Field) -> bool:
    """Whether a field holds a password or a code. `is_secret` on a field marks a code that is typed in the clear."""
    return getattr(field, "is_secret", False) or isinstance(field.widget, forms.PasswordInput)


def is_kept(form: forms.BaseForm | type[forms.BaseForm], name: str) -> bool:
    """Whether a draft keeps the field: no file, password, code or trap, and nothing that its form never keeps."""
    field = form.base_fields[name]
    is_out = name in getattr(form, "never_kept", ()) or is_trap(field)
    return not (is_out or field.widget.needs_multipart_form or is_secret(field))


def is_trap(field: forms.Field) -> bool:
    """Whether machines alone fill in the field: its value is never written back."""
    return getattr(field, "is_trap", False)


def _is_text(field: forms.Field) -> bool:
    return not isinstance(field, forms.ChoiceField | forms.BooleanField)


def _in_words(field: forms.Field, value: object) -> str:
    """Return what a field holds, for people; of a choice its label, where the class itself knows that."""
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else ""
    values = [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one]
    if isinstance(field, forms.ModelChoiceField):
        return ""  # its choices are rows, which this person may not see now
    if isinstance(field, forms.ChoiceField):
        labels = dict(_flat(field.choices))
        values = [str(labels[one]) for one in values if one in labels]
        return ", ".join(values)
    return clean_text("\n".join(values)).strip()


def _flat(choices) -> Iterator[tuple[str, object]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


def not_saved(request: HttpRequest, words: str, *, back: str, status: int = 409) -> HttpResponse:
    """Answer a POST that came too late. What was typed is on the page with `words`; `back` is the way on.

    Where nothing was typed, `words` are said on the page `back` (an address or the name of a view).
    """
    way_on = redirect(back)
    if what_was_typed(request):
        context = {"words": words, "way_on": way_on.url}
        return render(request, "errors/not_saved.html", context, status=status)
    messages.warning(request, words)
    return way_on
