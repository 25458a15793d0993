"""Every form of every page, sent by who may not, or with a CSRF token that is not good: its words are on the answer.

The forms are those that the pages show, so that a new one is tried by itself.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from django import forms
from django.urls import Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from events.forms.attendees import AttendeeFilter
from events.forms.organising import DeskFilter
from events.forms.public import EventFilter
from ideas.forms.moderation import QueueFilter
from ideas.forms.public import ListFilter, PublicFilter
from ideas.forms.report import ReportForm
from incubators.forms.places import SearchForm
from tests.once import Once
from tests.sweep.table import TABLE
from tests.sweep.test_access import ADDRESSES, TRIED
from tests.sweep.test_input import page_at
from tests.sweep.test_pages import PAGES, readers
from tests.sweep.walk import Form, Page
from tests.sweep.world import (
    A_LEADER,
    ANONYMOUS,
    AUTHOR,
    B_MODERATOR,
    ONCE_SUPPORTER,
    OWN_WORDS,
    RESIDENT,
    SECRET_NAME,
    SECRET_WORDS,
    STORY_WORDS,
    World,
)
from unlimited.content.typed import is_unseen, parts_of
from unlimited.mail.forms import OutboxFilter
from unlimited.site.examples import ExampleForm
from unlimited.site.repeating import CSRF_FIELD

pytestmark = pytest.mark.django_db
OUTSIDERS = (B_MODERATOR, RESIDENT, ANONYMOUS)
# allauth's own pages ask for addresses, codes and passwords: nothing of these is shown again.
OF_ALLAUTH = re.compile(r"^(account|mfa|usersessions)|^users:login_password$")
CHOSEN = {"select", "checkbox", "radio", "submit", "file"}
# Sent by GET, so that nothing of them is ever lost.
FILTERS = {
    AttendeeFilter, DeskFilter, EventFilter, QueueFilter, ListFilter, PublicFilter, ReportForm, SearchForm,
    OutboxFilter, ExampleForm,
}  # fmt: skip
TOKEN = re.compile(r'value="\w{64}"')
# The field for machines is never written back; the token is no word.
NOT_TYPED = {CSRF_FIELD, "for_machines"}
# The code of a slip opens a case; digits confirm a second factor.
SECRET_AT = {"ideas:open_slip", "incubators:confirm_factor"}
# Forms that each supporter may send: they are about no idea of another supporter.
OF_EACH_SUPPORTER = {"ideas:write_down", "incubators:me", "incubators:my_absence"}
# A form that stands on many pages, or is shown to many people, is tried once.
TRIED_FORMS = Once("forms refused")


@dataclass(frozen=True)
class Sent:
    """A form of a page, with a word of its own in each field that is typed into, and in each hidden one."""

    role: str
    path: str
    form: Form

    @property
    def view_name(self) -> str:
        return resolve(self.path.partition("?")[0]).view_name

    def words(self, *, hidden: bool) -> dict[str, str]:
        """Return a word for each field, by name. What stands beside other text is told apart by its letters."""
        kinds = {name: kind for name, kind, _value in self.form.fields if kind not in CHOSEN and name not in NOT_TYPED}
        chosen = [name for name, kind in kinds.items() if (kind == "hidden") == hidden]
        return {name: f"{'hush' if hidden else 'word'}{number}x" for number, name in enumerate(chosen)}

    @property
    def data(self) -> dict:
        return self.form.data(**self.words(hidden=False), **self.words(hidden=True))


def forms_on(name: str, world: World, client_of) -> Iterator[Sent]:
    """Yield each form of a page's readers that has something to type in, once."""
    for role, kwargs, languages in readers(name, world):
        if len(languages) == 1 and role not in {AUTHOR, A_LEADER}:
            continue  # what the state of an object changes on a page, these two see
        path = reverse(name, kwargs=kwargs)
        for form in page_at(client_of(role), path).forms:
            sent = Sent(role, form.action or path, form)
            try:
                known = (sent.view_name, sorted(field[0] for field in form.fields))
            except Resolver404:
                continue
            if form.method == "post" and sent.words(hidden=False) and TRIED_FORMS.is_first(*known):
                yield sent


def shown_again(html: str) -> str:
    """Return the part of a page that shows what was typed."""
    found = re.search(r'<section class="typed">(.*?)</section>', html, re.DOTALL)
    return unescape(found[1]) if found else ""


def words_in(text: str) -> set[str]:
    return set(re.findall(r"\b(?:word|hush)\d+x\b", text))


def may_lose(sent: Sent) -> list[str]:
    """Return who of the outsiders is refused everything at the address: others may do it, so nothing is lost."""
    entries = TABLE[sent.view_name]
    return [role for role in OUTSIDERS if not any(role in entry.act | entry.look for entry in entries)]


@pytest.mark.parametrize("name", PAGES)
def test_form_that_is_not_taken_in_gives_its_words_back(name, world, client_of):
    for sent in forms_on(name, world, client_of):
        is_told = not OF_ALLAUTH.match(sent.view_name) and sent.view_name not in SECRET_AT
        check_stale(client_of, sent, is_told=is_told)
        check_from_another_site(client_of, sent)
        if is_told:
            check_refused(client_of, sent)
        if is_told and RESIDENT in may_lose(sent):
            check_access_lost(client_of, world, sent)


def check_refused(client_of, sent: Sent) -> None:
    """Who has no access gets the words that the POST carried, and nothing of the object."""
    for role in may_lose(sent):
        response = client_of(role).post(sent.path, sent.data)
        told = f"POST {sent.path} as {role}: {response.status_code}"
        assert response.status_code in {403, 404}, told
        assert words_in(shown_again(response.text)) == set(sent.words(hidden=False).values()), told
        assert not words_in(response.text) & set(sent.words(hidden=True).values()), told
        if response.status_code == 404 and role == B_MODERATOR:
            check_same_as_of_nothing(client_of(role), sent, response)


def check_access_lost(client_of, world: World, sent: Sent) -> None:
    """Who supported the idea until now gets the words that the POST carried, and nothing of the case."""
    response = client_of(ONCE_SUPPORTER).post(sent.path, sent.data)
    told = f"POST {sent.path} as {ONCE_SUPPORTER}: {response.status_code}"
    if response.status_code not in {403, 404}:
        assert sent.view_name in OF_EACH_SUPPORTER, told
        return
    assert words_in(shown_again(response.text)) == set(sent.words(hidden=False).values()), told
    assert not words_in(response.text) & set(sent.words(hidden=True).values()), told
    idea = world.support.idea
    for words in (idea.title, idea.proposal, SECRET_NAME, SECRET_WORDS, OWN_WORDS, STORY_WORDS):
        assert words not in response.text, told
    if sent.path.startswith(f"/arbeidsflate/ideer/{idea.uuid}/"):
        assert "støtter ikke lenger denne ideen" in response.text, told


def check_same_as_of_nothing(client, sent: Sent, response) -> None:
    """An object that never was is answered by the same page as one that is not this person's."""
    match = resolve(sent.path.partition("?")[0])
    kwargs = {name: uuid.uuid4() if isinstance(word, uuid.UUID) else word for name, word in match.kwargs.items()}
    if "slug" in kwargs and "uuid" not in kwargs:
        kwargs["slug"] = "no-such"
    nothing = reverse(match.view_name, kwargs=kwargs)
    other = client.post(nothing, sent.data)
    assert other.status_code == 404
    assert without(response.text, sent.path) == without(other.text, nothing), sent.path


def without(html: str, path: str) -> str:
    return TOKEN.sub("", html.replace(path.partition("?")[0].strip("/"), "…"))


def check_stale(client_of, sent: Sent, *, is_told: bool) -> None:
    """A stale CSRF token: what the reader saw is shown with its labels, and one button sends all of it again."""
    client = client_of(sent.role, enforce_csrf_checks=True)
    response = client.post(sent.path, sent.data, headers={"origin": "http://testserver"})
    assert response.status_code == 403, sent.path
    if not is_told:
        assert not words_in(response.text), sent.path
        return
    assert words_in(shown_again(response.text)) == set(sent.words(hidden=False).values()), sent.path
    labels = re.findall(r"<label[^>]*>(.*?)</label>", shown_again(response.text), re.DOTALL)
    assert all(label.strip() for label in labels), f"{sent.path}: {labels}"
    assert len(labels) >= len(sent.words(hidden=False)), f"{sent.path}: {labels}"
    again = next(form for form in Page(response.text).forms if form.action == sent.path)
    carried = {name: value for name, _kind, value in again.fields if name and name != CSRF_FIELD}
    posted = {name: value for name, value in sent.data.items() if name not in NOT_TYPED}
    assert carried == {name: value if isinstance(value, str) else value[-1] for name, value in posted.items()}


def check_from_another_site(client_of, sent: Sent) -> None:
    """A form that another site has made is never offered to be sent again."""
    client = client_of(sent.role, enforce_csrf_checks=True)
    response = client.post(sent.path, sent.data, headers={"origin": "https://elsewhere.example"})
    assert response.status_code == 403, sent.path
    assert response.context["repeat"] is None, sent.path
    assert not words_in(response.text) & set(sent.words(hidden=True).values()), sent.path


@pytest.mark.parametrize("name", [name for name in TRIED if any(entry.act for entry in TABLE[name])])
def test_each_address_that_takes_a_post_says_which_forms(name):
    if OF_ALLAUTH.match(name) or name == "users:second_factor":
        return
    assert hasattr(ADDRESSES[name].view, "asks"), f"{name}: mark the view with @asks(its forms)"


def subclasses(form_class: type) -> Iterator[type]:
    for one in form_class.__subclasses__():
        yield one
        yield from subclasses(one)


def test_each_form_of_the_site_is_asked_for_by_a_view():
    """A form that no view names would lose its words."""
    asked = {form for address in ADDRESSES.values() for form in all_forms(address.view)}
    ours = {
        one for one in subclasses(forms.BaseForm) if re.match(r"(ideas|incubators|events|unlimited)\.", one.__module__)
    }
    lost = {
        one
        for one in ours - asked - FILTERS
        if one.__module__ != "unlimited.users.forms"
        and not any(issubclass(other, one) for other in asked)
        and any(not is_unseen(field) for field in one.base_fields.values())
    }
    # Read by the views of an idea's first words, and posted to the same address.
    assert lost == {import_string("ideas.forms.submission.KeptTextsForm")}


def all_forms(view) -> set[type]:
    marked = getattr(view, "asks", None)
    found = marked.all() if marked else set()
    return found | {part.form_class for form in found for part in parts_of(form, {"p-0-name": ""})}


def test_each_visible_field_has_a_label():
    """Nobody could tell what a text without one was."""
    for address in ADDRESSES.values():
        for form in all_forms(address.view):
            for name, field in form.base_fields.items():
                is_chosen = isinstance(field, forms.ChoiceField | forms.BooleanField | forms.FileField)
                assert is_chosen or field.widget.is_hidden or field.label, f"{form.__name__}.{name}"
