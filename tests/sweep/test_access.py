"""Every address × role × method: who gets in, and that looking and being refused change nothing."""

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from ideas.report_files import FILES
from tests.sweep.table import ADMIN, TABLE, Entry
from tests.sweep.walk import Address, let_go, rows_written, tables_written_since, walk
from tests.sweep.world import (
    A_LEADER,
    A_SUPPORTER,
    ANONYMOUS,
    AUTHOR,
    CONCERN_WORDS,
    EVERYONE,
    LEADERS_WORDS,
    LOGGED_IN,
    NATIONAL,
    NO_FACTOR,
    NOT_LOGGED_IN,
    OF_B,
    OWN_WORDS,
    SECRET_NAME,
    SECRET_PASSAGE,
    SECRET_WORDS,
    SEES_CONCERN,
    STAFF_OF_A,
    STORY_NAME,
    STORY_WORDS,
    World,
)
from unlimited.users.middleware import STAFF_PATHS

ADDRESSES = {address.name: address for address in walk()}
OURS = {name for name in ADDRESSES if not name.startswith(ADMIN)}
TRIED = sorted(OURS & set(TABLE))
ANSWERS_TO_A_LEAST_POST = {200, 302, 400, 409, 422, 429}
CLOSE_TO_AN_OBJECT = OF_B | STAFF_OF_A | {AUTHOR, ANONYMOUS, NO_FACTOR}
pytestmark = pytest.mark.django_db


def cases(name: str, world: World):
    """Yield each entry of an address with the path to each of its objects, and who is to try it.

    The first object is tried by everybody, the next ones by those whom an object's own state could let in.
    """
    for entry in TABLE[name]:
        objects = entry.objects(world)
        assert objects, f"{name}: an entry without objects tries nothing"
        for number, kwargs in enumerate(objects):
            yield entry, reverse(name, kwargs=kwargs), CLOSE_TO_AN_OBJECT if number else EVERYONE


def is_refused(response, role: str, address: Address, entry: Entry) -> bool:
    """404 where one may not know, 403 where one may see but not do, the log-in page where that could change it."""
    if role in NOT_LOGGED_IN and not address.is_public:
        return response.status_code == 302 and response.url.startswith(reverse(settings.LOGIN_URL))
    if role == NO_FACTOR and response.status_code == 302 and STAFF_PATHS.match(response.wsgi_request.path_info):
        return response.wsgi_request.method == "GET" and response.url.startswith(reverse("users:second_factor"))
    return response.status_code == (403 if role in entry.look else entry.refusal)


def test_table_knows_each_address_and_no_other():
    assert set(TABLE) == OURS


@pytest.mark.parametrize("name", TRIED)
def test_get_lets_in_whom_it_should_and_changes_nothing(name, world, client_of):
    for entry, path, roles in cases(name, world):
        # Where there is nothing to look at, one who may act and one who may not are enough.
        for role in sorted(roles) if entry.look or not entry.act else [min(entry.act), ANONYMOUS]:
            before = rows_written()
            response = client_of(role).get(path)
            told = f"GET {path} as {role}: {response.status_code}"
            if role in entry.look:
                assert response.status_code in entry.shows, told
            else:
                is_for_posts = not entry.look and response.status_code == 405
                assert is_for_posts or is_refused(response, role, ADDRESSES[name], entry), told
            assert not tables_written_since(before), told
            if role != A_LEADER and not is_file(response):
                assert LEADERS_WORDS not in response.text, told
            if role not in STAFF_OF_A and not is_file(response):
                check_secrets(response.text, world, role, told)
            check_concern(response, world, role, path, told)
            check_own_words(response, role, told)
            check_story(response, world, role, path, told)
            let_go(response)


def is_file(response) -> bool:
    """Whether it is something to save: its words are looked at where it is made."""
    return response.streaming or response.get("Content-Type") in {"application/pdf", FILES["xlsx"].content_type}


def check_secrets(html: str, world: World, role: str, told: str) -> None:
    """What staff write to each other stays at their incubator; who wrote an idea is for its author and them."""
    assert SECRET_WORDS not in html, told
    if role != AUTHOR:
        assert SECRET_PASSAGE not in html, told
        assert SECRET_NAME not in html, told
        assert world.author.email not in html, told


def check_own_words(response, role: str, told: str) -> None:
    """What a supporter wrote for their own eyes is read by them alone."""
    assert role == A_SUPPORTER or is_file(response) or OWN_WORDS not in response.text, told


def check_story(response, world: World, role: str, path: str, told: str) -> None:
    """A story that not everyone agrees to, and who is in it, are for the two sides, those who moderate, and the link.

    Whoever holds the link of one reads the words, and nobody's name but that one's.
    """
    if role in STAFF_OF_A | {AUTHOR} or is_file(response):
        return
    by_link = str(world.in_story.uuid) in path
    assert by_link or STORY_WORDS not in response.text, told
    assert response.text.count(STORY_NAME) == (1 if by_link and response.status_code == 200 else 0), told
    others = world.in_story.story.people.exclude(pk=world.in_story.pk).values_list("email", flat=True)
    assert not any(email in response.text for email in [*others, world.in_story.email]), told


def check_concern(response, world: World, role: str, path: str, told: str) -> None:
    """A concern is for its writer and their leader: neither its words nor the way to it are anywhere for others."""
    if role in SEES_CONCERN or is_file(response):
        return
    assert CONCERN_WORDS not in response.text, told
    if str(world.concern.uuid) not in path:
        assert str(world.concern.uuid) not in response.text, told


@pytest.mark.parametrize("name", TRIED)
def test_post_is_refused_to_others_and_then_changes_nothing(name, world, client_of):
    for entry, path, roles in cases(name, world):
        for role in sorted(roles - entry.act):
            before = rows_written()
            response = client_of(role).post(path, {})
            told = f"POST {path} as {role}: {response.status_code}"
            assert response.status_code == 405 or is_refused(response, role, ADDRESSES[name], entry), told
            assert not tables_written_since(before), told


@pytest.mark.parametrize("name", [name for name in TRIED if any(entry.act for entry in TABLE[name])])
def test_least_post_of_those_who_may_is_answered(name, world, client_of):
    for entry, path, roles in cases(name, world):
        for role in sorted(entry.act & roles):
            with transaction.atomic():
                response = client_of(role).post(path, entry.sends)
                transaction.set_rollback(True)
            told = f"POST {path} as {role}: {response.status_code}"
            check_concern(response, world, role, path, told)
            assert response.status_code in ANSWERS_TO_A_LEAST_POST | entry.shows, told


@pytest.mark.parametrize("name", TRIED)
def test_post_without_csrf_token_is_refused(name, world, client_of):
    for entry, path, _roles in cases(name, world):
        if not entry.act:
            continue
        before = rows_written()
        client = client_of(sorted(entry.act)[0], enforce_csrf_checks=True)
        assert client.post(path, {}).status_code == 403, path
        assert not tables_written_since(before)


@pytest.mark.parametrize("name", [name for name in TRIED if ADDRESSES[name].parameters])
def test_object_of_one_incubator_is_closed_to_the_other(name):
    """The table itself must not let B's people at A's things, unless everybody logged in may."""
    for entry in TABLE[name]:
        assert not entry.act & OF_B or entry.act >= LOGGED_IN
        assert not entry.look & OF_B or entry.look >= LOGGED_IN


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - OURS))
def test_admin_lets_nobody_in_but_national_staff(name, client_of):
    if ADDRESSES[name].parameters or name == f"{ADMIN}login":
        return
    path = reverse(name)
    for role in sorted(EVERYONE - {NATIONAL}):
        response = client_of(role).get(path)
        assert response.status_code in {302, 403, 404}, f"GET {path} as {role}: {response.status_code}"
