"""Drafts of long forms: kept as they are typed, found by their writer alone, gone once the form is sent."""

from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from events.models import Event, Registration
from ideas.models import Trial
from incubators.models import Initiative
from tests.events.test_organising_pages import typed as event_words
from tests.events.test_registration_pages import alone
from tests.factories import (
    EventFactory,
    IdeaFactory,
    MembershipFactory,
    SeriesFactory,
    StoryFactory,
    SupportRelationFactory,
    TrialFactory,
    UserFactory,
)
from tests.incubators.test_founding import words as start_words
from tests.sweep.walk import walk
from unlimited.users.models import FormDraft

pytestmark = pytest.mark.django_db
START = "/en/start-inkubator/"
JSON = {"accept": "application/json"}
WORD = "zebrafink"
LONG_FORMS = {
    "events:register", "events:new", "events:edit", "events:new_series", "events:edit_series", "ideas:reports",
    "ideas:new_trial", "ideas:trial", "ideas:my_new_trial", "ideas:my_trial", "ideas:new_story", "ideas:change_story",
    "ideas:my_new_story", "ideas:my_change_story", "incubators:start",
}  # fmt: skip


@dataclass
class LongForm:
    """A long form: its address without the language, who writes in it, and a field that is typed into."""

    path: str
    field: str
    user: object = None

    def address(self, language: str = "en") -> str:
        return f"/{language}{self.path}" if language != "nb" else self.path


def _organiser():
    return MembershipFactory(leader=True)


def registration() -> LongForm:
    return LongForm(f"/arrangementer/{EventFactory().slug}/pamelding/", "organisation")


def event_new() -> LongForm:
    return LongForm("/arbeidsflate/arrangementer/nytt/", "summary", _organiser().user)


def event_edit() -> LongForm:
    role = _organiser()
    event = EventFactory(incubator=role.incubator)
    return LongForm(f"/arbeidsflate/arrangementer/{event.slug}/rediger/", "summary", role.user)


def series_new() -> LongForm:
    return LongForm("/arbeidsflate/serier/ny/", "summary", _organiser().user)


def series_edit() -> LongForm:
    role = _organiser()
    series = SeriesFactory(incubator=role.incubator)
    return LongForm(f"/arbeidsflate/serier/{series.slug}/", "summary", role.user)


def report() -> LongForm:
    role = MembershipFactory(leader=True, incubator__slug="toyen")
    query = "?om=toyen&periode=egen&fra=2025-01-01&til=2025-06-30"
    return LongForm(f"/arbeidsflate/rapport/{query}", "words", role.user)


def trial() -> LongForm:
    idea = IdeaFactory(accepted=True)
    SupportRelationFactory(idea=idea)
    return LongForm(f"/min-side/ideer/{idea.uuid}/forsok/ny/", "happened", idea.author)


def trial_change() -> LongForm:
    idea = IdeaFactory(accepted=True)
    relation = SupportRelationFactory(idea=idea)
    row = TrialFactory(idea=idea)
    return LongForm(f"/arbeidsflate/ideer/{idea.uuid}/forsok/{row.uuid}/", "happened", relation.supporter)


def story() -> LongForm:
    idea = IdeaFactory(public=True)
    SupportRelationFactory(idea=idea)
    return LongForm(f"/min-side/ideer/{idea.uuid}/historier/ny/", "body", idea.author)


def story_change() -> LongForm:
    idea = IdeaFactory(public=True)
    SupportRelationFactory(idea=idea)
    row = StoryFactory(idea=idea)
    return LongForm(f"/min-side/ideer/{idea.uuid}/historier/{row.uuid}/endre/", "body", idea.author)


def start() -> LongForm:
    return LongForm("/start-inkubator/", "why")


EACH = pytest.mark.parametrize(
    "make",
    [
        registration, event_new, event_edit, series_new, series_edit, report, trial, trial_change, story, story_change,
        start,
    ],
    ids=lambda make: make.__name__,
)  # fmt: skip


def save(client, address: str, **words):
    return client.post(address, words, headers=JSON)


# --- Each long form ---------------------------------------------------------------------------------------------------


def test_each_long_form_keeps_its_words():
    assert {address.name for address in walk() if hasattr(address.view, "keeps_draft")} == LONG_FORMS


@EACH
def test_what_is_typed_is_there_again_in_each_language_and_for_nobody_else(client_for, make):
    form = make()
    client = client_for(form.user)
    answer = save(client, form.address(), **{form.field: f"I saw a {WORD}"})
    assert answer.status_code == 200
    assert answer.json()["message"].startswith("Draft saved ")
    for language in ("nb", "nn", "en"):
        page = client.get(form.address(language)).text
        assert f"I saw a {WORD}" in page, language
        assert 'value="discard"' in page
    colleague = client_for(UserFactory(is_staff=True)) if form.user else Client()
    other = colleague.get(form.address())
    assert WORD not in other.text


@EACH
def test_form_that_is_not_taken_in_is_kept_too(client_for, make):
    form = make()
    client = client_for(form.user)
    answer = client.post(form.address(), {form.field: f"I saw a {WORD}", "starts_at": "never", "stories": ["none"]})
    assert answer.status_code in {200, 409, 422}
    assert f"I saw a {WORD}" in client.get(form.address("nn")).text


@EACH
def test_button_keeps_it_without_a_script_and_another_one_deletes_it(client_for, make):
    form = make()
    client = client_for(form.user)
    answer = client.post(form.address(), {form.field: f"I saw a {WORD}", "draft": "keep"})
    assert (answer.status_code, answer.url) == (302, form.address())
    assert WORD in client.get(form.address()).text

    answer = client.post(form.address(), {"draft": "discard"})
    assert (answer.status_code, answer.url) == (302, form.address())
    assert WORD not in client.get(form.address()).text
    assert not FormDraft.objects.exists()


# --- Sent -------------------------------------------------------------------------------------------------------------


def test_registration_that_is_sent_leaves_no_draft(client):
    event = EventFactory()
    address = f"/en/arrangementer/{event.slug}/pamelding/"
    save(client, address, **alone(event))
    assert client.post(address, alone(event)).status_code == 302
    assert Registration.objects.count() == 1
    assert not FormDraft.objects.exists()
    assert "kari@example.no" not in client.get(address).text


def test_registration_that_is_sent_at_once_makes_no_session(client):
    event = EventFactory()
    assert client.post(f"/en/arrangementer/{event.slug}/pamelding/", alone(event)).status_code == 302
    assert not Session.objects.exists()


def test_event_that_is_saved_leaves_no_draft_and_its_confirmation_is_not_kept(client_for):
    role = _organiser()
    event, client = EventFactory(incubator=role.incubator), client_for(role.user)
    address = f"/en/arbeidsflate/arrangementer/{event.slug}/rediger/"
    save(client, address, **event_words(event, title="Anew", tell="on", moving="token"))
    page = client.get(address)
    assert page.context["form"]["title"].value() == "Anew"
    assert page.context["form"]["seen"].value() == event.updated_at.isoformat()
    assert not page.context["form"]["tell"].value()
    assert not page.context["form"]["moving"].value()

    assert client.post(address, event_words(event, title="Anew")).status_code == 302
    assert Event.objects.get().title == "Anew"
    assert not FormDraft.objects.exists()


def test_draft_of_an_event_that_a_colleague_changed_meanwhile_is_not_saved_over_it(client_for):
    role = _organiser()
    event, client = EventFactory(incubator=role.incubator, title="Before"), client_for(role.user)
    address = f"/en/arbeidsflate/arrangementer/{event.slug}/rediger/"
    save(client, address, **event_words(event, title="Mine"))
    Event.objects.update(title="Theirs", updated_at=timezone.now())
    fields = client.get(address).context["form"]
    answer = client.post(address, event_words(event, title="Mine", seen=fields["seen"].value()))
    assert answer.status_code == 422
    assert Event.objects.get().title == "Theirs"


def test_rows_of_a_party_and_what_they_need_are_there_again(client):
    event = EventFactory()
    address = f"/en/arrangementer/{event.slug}/pamelding/"
    rows = {f"p-{n}-name": f"Person {n}" for n in range(4)} | {"p-3-diet_details": "No nuts"}
    save(client, address, **alone(event, kind="municipality", municipality="Bodø"), **rows)
    page = client.get(address.replace("/en/", "/nn/"))
    assert [row["name"].value() for row in page.context["form"].rows] == [f"Person {n}" for n in range(4)]
    assert 'value="No nuts"' in page.text
    assert 'value="Bodø"' in page.text
    assert not page.context["problems"]


def test_trial_that_is_written_down_leaves_no_draft(client_for):
    form = trial()
    client = client_for(form.user)
    save(client, form.address(), hypothesis="A", happened=WORD)
    client.post(form.address(), {"hypothesis": "A", "happened": "B", "learnt": "C"})
    assert Trial.objects.count() == 1
    assert not FormDraft.objects.exists()


def test_reports_of_other_days_have_drafts_of_their_own(client_for):
    form = report()
    client = client_for(form.user)
    save(client, form.address(), words=WORD)
    assert WORD not in client.get(form.address().replace("2025-01-01", "2025-02-01")).text


# --- Log-in and machines that several people use ----------------------------------------------------------------------


def test_draft_from_before_log_in_is_offered_without_its_words(client):
    save(client, START, why=WORD)
    client.force_login(UserFactory())
    page = client.get(START)
    assert WORD not in page.text
    assert "Was that you?" in page.text

    client.post(START, {"draft": "claim"})
    assert WORD in client.get(START).text
    assert FormDraft.objects.get().owner == UserFactory._meta.model.objects.get()


def test_draft_of_somebody_before_me_is_deleted_by_my_no(client):
    save(client, START, why=WORD)
    client.force_login(UserFactory())
    client.post(START, {"draft": "discard"})
    assert "Was that you?" not in client.get(START).text
    assert not FormDraft.objects.exists()


def test_form_that_was_open_during_log_in_goes_on_and_leaves_nothing(client):
    save(client, START, **start_words(why=WORD))
    client.force_login(UserFactory())
    assert save(client, START, **start_words(why=f"{WORD} twice")).status_code == 200
    assert f"{WORD} twice" in client.get(START).text
    assert client.post(START, start_words(why=f"{WORD} twice")).status_code == 302
    assert Initiative.objects.get().why == f"{WORD} twice"
    assert not FormDraft.objects.exists()


def test_draft_of_an_account_is_found_at_the_next_log_in_and_not_after_log_out(client_for):
    form = story()
    save(client_for(form.user), form.address(), body=WORD)
    assert WORD in client_for(form.user).get(form.address()).text

    client = client_for(form.user)
    save(client, START, why=WORD)
    client.post("/en/konto/logout/")
    assert WORD not in client.get(START).text


def test_forgetting_the_browser_deletes_its_drafts_and_no_others(client):
    save(client, START, why=WORD)
    kept = Client()
    save(kept, START, why="somebody else's")
    client.post("/en/ideer/utkast/glem/")
    assert WORD not in client.get(START).text
    assert FormDraft.objects.count() == 1
    assert "somebody else" in kept.get(START).text
