"""Drafts of long forms: what a person types is kept on the server until they send it.

Before log-in a draft belongs to the browser: its session holds a secret, the row only the hash of the secret. After
log-in it belongs to the account. The words are encrypted with a key made of SECRET_KEY and that secret, so a copy of
the table alone shows nothing, and a browser's drafts end with its session.

A view joins with `@keeps_draft()` right above `@asks(…)`, fills its form by `filled(form, request)`, and its template
carries the tags of `templatetags/form_drafts.py`. A draft is found by the name of the view and the arguments of its
address, so it is the same one in each language.
"""

import datetime as dt
import hashlib
import json
import secrets
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, wraps
from http import HTTPStatus

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from unlimited.content.methods import wants_json
from unlimited.content.templatetags.site_text import clock
from unlimited.content.typed import forms_of, is_kept, not_saved, posted
from unlimited.users.encryption import derived_keys
from unlimited.users.limits import is_within_limits
from unlimited.users.models import MOST_DRAFT_BYTES, FormDraft, User
from unlimited.users.registry import register_eraser, register_exporter, register_retention

SESSION_KEY = "form_draft_secret"
KEPT_FOR = dt.timedelta(days=30)
# More than one person fills in at a time; the oldest goes first.
MOST_DRAFTS = 20
# The name of the buttons that keep, delete or take over a draft.
BUTTON = "draft"
# Sent with a form, and no part of what was typed.
NOT_TYPED = {"csrfmiddlewaretoken", BUTTON, "add", "remove", "go"}


class NotKeptError(Exception):
    """A draft was not kept. `status` and `words` are the answer."""

    def __init__(self, status: HTTPStatus, words: str):
        super().__init__(words)
        self.status, self.words = status, words


@dataclass(frozen=True)
class Holder:
    """The browser or the account that drafts belong to, by the secret that opens them."""

    secret: str
    owner: User | None = None

    @property
    def hash(self) -> str:
        return hashlib.sha256(f"form draft:{self.secret}".encode()).hexdigest()

    def lock(self, values: dict[str, list[str]]) -> bytes:
        return self._keys.encrypt(zlib.compress(json.dumps(values).encode()))

    def unlock(self, row: FormDraft) -> dict[str, list[str]] | None:
        """Return what was typed; None where the row was written with a key that is gone."""
        try:
            return json.loads(zlib.decompress(self._keys.decrypt(bytes(row.content))))
        except InvalidToken:
            return None

    @property
    def _keys(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in derived_keys(f"form draft:{self.secret}".encode())])


def holder_of_account(user: User) -> Holder:
    return Holder(f"account:{user.uuid}", user)


def holder_of_browser(session) -> Holder | None:
    """Return the browser as the holder of drafts; None where it has begun none."""
    return Holder(session[SESSION_KEY]) if session.get(SESSION_KEY) else None


class RequestDraft:
    """The draft of the form at the address of a request."""

    def __init__(self, request: HttpRequest, query: tuple[str, ...] = ()):
        self.request = request
        match = request.resolver_match
        said = {name: request.GET.getlist(name) for name in query if name in request.GET}
        address = json.dumps([match.view_name, match.kwargs, said], sort_keys=True, default=str)
        self.form = hashlib.sha256(address.encode()).hexdigest()

    # --- Reading ------------------------------------------------------------------------------------------------------

    @property
    def holder(self) -> Holder | None:
        """Who a new draft would belong to; None for a browser that has begun none."""
        if self.request.user.is_authenticated:
            return holder_of_account(self.request.user)
        return self._browser

    @property
    def _browser(self) -> Holder | None:
        return holder_of_browser(self.request.session)

    @property
    def _holders(self) -> list[Holder]:
        return list({one.hash: one for one in (self.holder, self._browser) if one}.values())

    @cached_property
    def _rows(self) -> dict[str, FormDraft]:
        hashes = [one.hash for one in self._holders]
        rows = FormDraft.objects.filter(holder__in=hashes, form=self.form, saved_at__gte=timezone.now() - KEPT_FOR)
        return {row.holder: row for row in rows} if hashes else {}

    @property
    def _own(self) -> FormDraft | None:
        return self._rows.get(self.holder.hash) if self.holder else None

    @property
    def unclaimed(self) -> FormDraft | None:
        """The draft of this browser from before somebody logged in. Its words show only once they say it is theirs."""
        is_asked = self.request.user.is_authenticated and self._browser and not self._own
        return self._rows.get(self._browser.hash) if is_asked else None

    @cached_property
    def values(self) -> QueryDict | None:
        """What was typed, as a browser would post it; None where there is no draft of this person."""
        kept = self.holder.unlock(self._own) if self._own else None
        return _as_posted(kept) if kept is not None else None

    @property
    def saved_at(self) -> dt.datetime | None:
        row = self._own if self.values is not None else self.unclaimed
        return row.saved_at if row else None

    # --- Writing ------------------------------------------------------------------------------------------------------

    def keep(self) -> dt.datetime:
        """Keep what was posted; return when. Raises NotKeptError."""
        content = self._new_holder().lock(_typed_values(self.request))
        return _write(self.holder, self.form, content)

    def _new_holder(self) -> Holder:
        """Return the holder; give the browser a secret where it has none. Raises NotKeptError."""
        if self.holder is None:
            if not is_within_limits(self.request, action="start_form_draft", key=""):
                raise NotKeptError(HTTPStatus.TOO_MANY_REQUESTS, _("Not saved yet."))
            self.request.session[SESSION_KEY] = secrets.token_urlsafe(32)
        return self.holder

    def claim(self) -> None:
        """Give the draft of this browser to the account."""
        if self.unclaimed and (kept := self._browser.unlock(self.unclaimed)) is not None:
            _write(self.holder, self.form, self.holder.lock(kept))
            self.unclaimed.delete()

    def discard(self) -> None:
        if hashes := [one.hash for one in self._holders]:
            FormDraft.objects.filter(holder__in=hashes, form=self.form).delete()

    # --- Answering ----------------------------------------------------------------------------------------------------

    def answer(self) -> HttpResponse | None:
        """Answer a POST that is about the draft; None for one that sends the form."""
        if wants_json(self.request):
            return self._saved_as_typed()
        back = HttpResponseRedirect(self.request.get_full_path())
        match posted(self.request).get(BUTTON):
            case "keep":
                return self._kept_by_button(back)
            case "claim":
                self.claim()
            case "discard":
                self.discard()
            case _:
                return None
        return back

    def _saved_as_typed(self) -> JsonResponse:
        try:
            saved_at = self.keep()
        except NotKeptError as error:
            return JsonResponse({"message": error.words}, status=error.status)
        return JsonResponse({"message": _("Draft saved %(clock)s") % {"clock": clock(saved_at)}})

    def _kept_by_button(self, back: HttpResponseRedirect) -> HttpResponse:
        try:
            self.keep()
        except NotKeptError as error:
            return not_saved(self.request, error.words, back=back.url, status=error.status)
        return back

    def follow(self, response: HttpResponse) -> None:
        """Keep a form that was not taken in; delete the draft of one that was: each of those answers by a redirect."""
        if 300 <= response.status_code < 400:
            self.discard()
        elif response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            with suppress(NotKeptError):  # what was typed is on the page
                self.keep()


def keeps_draft(*query: str) -> Callable:
    """Mark a view that keeps what is typed into its form until it is sent.

    `query` names the parameters of the address that tell one form from another.
    """

    def mark(view: Callable) -> Callable:
        @wraps(view)
        def keeping(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            request.form_draft = draft = RequestDraft(request, query)
            if request.method != "POST":
                return view(request, *args, **kwargs)
            if answer := draft.answer():
                return answer
            response = view(request, *args, **kwargs)
            draft.follow(response)
            return response

        keeping.keeps_draft = True
        return keeping

    return mark


def kept_values(request: HttpRequest) -> QueryDict | None:
    """Return what this person has typed into the form of this page before; None where there is nothing, or by POST."""
    return request.form_draft.values if request.method != "POST" else None


def filled(form: forms.BaseForm, request: HttpRequest) -> forms.BaseForm:
    """Return the form with what was typed into it before. One that has been posted stays as it is."""
    values = None if form.is_bound else kept_values(request)
    if values is not None:
        for name, field in form.fields.items():
            key = form.add_prefix(name)
            if not field.widget.value_omitted_from_data(values, {}, key):
                form.initial[name] = field.widget.value_from_datadict(values, {}, key)
    return form


def forget_browser(session) -> None:
    """Delete all drafts of this browser that belong to no account."""
    if holder := holder_of_browser(session):
        FormDraft.objects.filter(holder=holder.hash).delete()


def _typed_values(request: HttpRequest) -> dict[str, list[str]]:
    left_out = {
        form_class.prefix + "-" + name if form_class.prefix else name
        for form_class in forms_of(request)
        for name in form_class.base_fields
        if not is_kept(form_class, name)
    }
    data = posted(request)
    return {name: values for name, values in data.lists() if name not in left_out | NOT_TYPED}


def _as_posted(values: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, one in values.items():
        data.setlist(name, one)
    return data


def _write(holder: Holder, form: str, content: bytes) -> dt.datetime:
    """Write the row; delete the oldest where the holder has too many. Raises NotKeptError."""
    if len(content) > MOST_DRAFT_BYTES:
        words = _("This is more than can be kept as a draft. Send it in, or copy what you wrote.")
        raise NotKeptError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)
    row = FormDraft(owner=holder.owner, holder=holder.hash, form=form, content=content)
    FormDraft.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["holder", "form"], update_fields=["content", "saved_at"]
    )
    kept = FormDraft.objects.filter(holder=holder.hash).order_by("-saved_at", "-pk")
    if too_many := list(kept.values_list("pk", flat=True)[MOST_DRAFTS:]):
        FormDraft.objects.filter(pk__in=too_many).delete()
    return row.saved_at


# --- What is kept of a person -----------------------------------------------------------------------------------------


def export_form_drafts(user: User) -> list[dict[str, object]]:
    holder = holder_of_account(user)
    rows = FormDraft.objects.filter(owner=user).order_by("pk")
    return [{"saved_at": row.saved_at, "typed": holder.unlock(row)} for row in rows]


def erase_form_drafts(user: User) -> None:
    FormDraft.objects.filter(owner=user).delete()


def purge_form_drafts(now: dt.datetime) -> int:
    return FormDraft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()[0]


register_exporter("form_drafts", export_form_drafts)
register_eraser("form_drafts", erase_form_drafts)
register_retention(
    "form_drafts",
    purge_form_drafts,
    what="drafts of forms",
    age="30 days untouched",
    effect="deleted",
    ground="GDPR 5(1)(e)",
    models=("users.FormDraft",),
)
