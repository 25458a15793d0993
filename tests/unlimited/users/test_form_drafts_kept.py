"""Drafts of long forms: a stale CSRF token, bounds, secrecy, export, erasure and retention."""

import datetime as dt
import json

import pytest
from django.core.cache import caches
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from incubators.models import Initiative
from tests.factories import EventFactory, IncubatorFactory, UserFactory
from tests.incubators.test_founding import words as start_words
from tests.unlimited.users.test_form_drafts import JSON, START, WORD, event_new, save
from unlimited.users import registry
from unlimited.users.actions import erase_person
from unlimited.users.form_drafts import KEPT_FOR, MOST_DRAFTS, SESSION_KEY
from unlimited.users.models import MOST_DRAFT_BYTES, FormDraft

pytestmark = pytest.mark.django_db


# --- CSRF -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def strict():
    client = Client(enforce_csrf_checks=True)
    client.get(START)
    return client


def test_save_with_a_stale_token_is_answered_with_a_good_one(strict):
    stale = start_words(why=WORD, csrfmiddlewaretoken="x" * 64)
    answer = strict.post(START, stale, headers=JSON | {"origin": "http://testserver"})
    assert answer.status_code == 403
    assert not FormDraft.objects.exists()

    good = stale | {"csrfmiddlewaretoken": answer.json()["csrf"]}
    assert strict.post(START, good, headers=JSON | {"origin": "http://testserver"}).status_code == 200
    assert FormDraft.objects.count() == 1


def test_other_site_gets_no_token(strict):
    answer = strict.post(START, {"why": WORD}, headers=JSON | {"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert not answer["Content-Type"].startswith("application/json")


def test_stale_token_costs_one_press(strict):
    answer = strict.post(START, start_words(why=WORD), headers={"origin": "http://testserver"})
    assert answer.status_code == 403
    assert answer.context["repeat"].address == START
    text = answer.text
    assert text.index("Send it again") < text.index("Show what I wrote")
    again = dict(answer.context["repeat"].values) | {"csrfmiddlewaretoken": str(answer.context["csrf_token"])}
    assert strict.post(START, again, headers={"origin": "http://testserver"}).status_code == 302
    assert Initiative.objects.get().why == WORD


def test_save_after_the_session_ended_says_so(client):
    answer = save(client, "/en/arbeidsflate/arrangementer/nytt/", summary=WORD)
    assert answer.status_code == 403
    assert "You have been logged out" in answer.json()["message"]
    assert not FormDraft.objects.exists()


# --- Bounds, secrecy, retention ---------------------------------------------------------------------------------------


def test_copy_of_the_table_shows_no_words(client):
    save(client, START, **start_words(why=WORD, for_machines="filler"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM users_formdraft")
        assert WORD not in str([[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in cursor])
    row = FormDraft.objects.get()
    assert client.session[SESSION_KEY] not in (row.holder, row.form)


def test_field_for_machines_and_token_are_not_kept(client_for):
    user = UserFactory()
    save(client_for(user), START, why=WORD, for_machines="filler", csrfmiddlewaretoken="token", go="on")
    (draft,) = registry.exporters["form_drafts"](user)
    assert draft["typed"] == {"why": [WORD]}


def test_draft_is_read_with_an_earlier_secret_key_and_is_none_without_it(client, settings):
    save(client, START, why=WORD)
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    signed_in = Client()
    signed_in.cookies = client.cookies
    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert WORD in signed_in.get(START).text
    session = client.session
    settings.SECRET_KEY_FALLBACKS = []
    session.save()
    assert WORD not in signed_in.get(START).text


def test_one_browser_has_so_many_drafts_and_the_oldest_goes(client):
    slugs = [EventFactory().slug for _ in range(MOST_DRAFTS + 1)]
    for slug in slugs:
        save(client, f"/en/arrangementer/{slug}/pamelding/", contact_name=WORD)
    assert FormDraft.objects.count() == MOST_DRAFTS
    assert WORD not in client.get(f"/en/arrangementer/{slugs[0]}/pamelding/").text
    assert WORD in client.get(f"/en/arrangementer/{slugs[-1]}/pamelding/").text


def test_more_than_there_is_room_for_is_said_and_stays_on_the_page(client):
    much = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(400_000))
    answer = save(client, START, why=much)
    assert answer.status_code == 413
    assert "more than can be kept" in answer.json()["message"]
    page = client.post(START, {"why": much, "draft": "keep"})
    assert page.status_code == 413
    assert much[:500] in page.text
    assert not FormDraft.objects.exists()


def test_flood_of_new_browsers_keeps_nothing_and_a_known_one_goes_on(settings):
    caches["fragments"].clear()
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"start_form_draft": "1/h/ip"}
    first = Client()
    assert [save(client, START, why=WORD).status_code for client in (first, Client(), first)] == [200, 429, 200]
    assert FormDraft.objects.count() == 1


def test_saving_again_changes_the_one_row(client):
    for words in ("one", "two"):
        save(client, START, why=words)
    assert "two" in client.get(START).text
    assert FormDraft.objects.count() == 1


def test_draft_is_handed_out_erased_with_the_account_and_ends_by_age(client_for):
    user, other = UserFactory(), UserFactory()
    for one in (user, other):
        save(client_for(one), START, why=WORD)
    handed_out = json.dumps(registry.exporters["form_drafts"](user), default=str)
    assert WORD in handed_out
    erase_person(by=user)
    assert FormDraft.objects.get().owner == other
    assert registry.retentions["form_drafts"].run(timezone.now() + KEPT_FOR - dt.timedelta(hours=1)) == 0
    assert registry.retentions["form_drafts"].run(timezone.now() + KEPT_FOR + dt.timedelta(hours=1)) == 1
    assert not FormDraft.objects.exists()


def test_draft_that_is_too_old_is_not_shown_before_it_is_deleted(client):
    save(client, START, why=WORD)
    FormDraft.objects.update(saved_at=timezone.now() - KEPT_FOR - dt.timedelta(hours=1))
    assert WORD not in client.get(START).text


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("form_draft_one_per_form", {"holder": "a", "form": "b"}),
        ("form_draft_is_bounded", {"content": b"x" * (MOST_DRAFT_BYTES + 1)}),
    ],
)
def test_database_refuses(constraint, facts):
    FormDraft.objects.create(holder="a", form="b", content=b"")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FormDraft.objects.create(**{"holder": "c", "form": "d", "content": b""} | facts)


def test_page_with_a_draft_asks_one_thing_more(client_for, django_assert_max_num_queries):
    form = event_new()
    client = client_for(form.user)
    save(client, form.address(), summary=WORD)
    with django_assert_max_num_queries(12):
        client.get(form.address())


def test_incubators_form_shows_nothing_new_without_a_draft(client):
    IncubatorFactory()
    assert "kept-draft" not in client.get(START).text
    assert not client.cookies.get("sessionid")
