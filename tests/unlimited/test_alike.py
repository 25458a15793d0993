"""Answers that must not tell a known address from an unknown one do the same work for both, statement by statement."""

import re
import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from events.actions.links import ask_for_links, send_links_asked_for
from events.links import make_token
from events.models import Registration
from ideas.actions.desk_entry import claim_case
from ideas.codes import SLIP, hash_of, new_code
from ideas.models import DeskEntry, Idea
from tests.events import test_registration_actions as actions
from tests.events import test_registration_pages as pages
from tests.factories import (
    DeskEntryFactory,
    EventFactory,
    IdeaFactory,
    MembershipFactory,
    ParticipantFactory,
    RegistrationFactory,
    SeatFactory,
    StoryFactory,
    UserFactory,
)
from unlimited.alike import kept_if
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
KNOWN, STRANGER, WARM = "known@example.no", "never-seen@example.no", "warm@example.no"
CONTEXT = re.compile(r"^SELECT set_config\(.*?, true\); ", re.DOTALL)
Act = Callable[[], HttpResponse]


@pytest.fixture
def world(client_for) -> SimpleNamespace:
    """An account that has a seat at an event and its own party, and those who may type its address somewhere."""
    user = UserFactory(email=KNOWN, password="riktig hest batteri stift")
    event, full = EventFactory(), EventFactory(capacity=1)
    actions.register(full, who=actions.alone("first@example.no"))
    for one in (event, full):
        actions.register(one, who=actions.alone(KNOWN))
        actions.register(one, who=actions.party(*actions.people(1), contact_email=KNOWN))
    leader = MembershipFactory(leader=True)
    idea = IdeaFactory(public=True, incubator=leader.incubator)
    return SimpleNamespace(user=user, event=event, full=full, leader=leader, idea=idea, client_for=client_for)


# --- Each page, by what it is asked -----------------------------------------------------------------------------------


def code(world, email: str) -> Act:
    client = Client()
    return lambda: client.post("/en/konto/login/", {"email": email})


def password(world, email: str) -> Act:
    client = Client()
    return lambda: client.post("/en/konto/login/password/", {"login": email, "password": "wrong"})


def new_address(world, email: str) -> Act:
    client = world.client_for(UserFactory())
    return lambda: client.post("/en/konto/email/", {"email": email, "action_add": ""})


def links_anew(world, email: str) -> Act:
    client = Client()
    return lambda: client.post("/en/pamelding/ny-lenke/", {"email": email})


def registering_oneself(world, email: str) -> Act:
    client, sent = Client(), pages.alone(world.event, contact_email=email)
    return lambda: client.post(pages.address(world.event), sent)


def registering_oneself_in_line(world, email: str) -> Act:
    client, sent = Client(), pages.alone(world.full, contact_email=email)
    return lambda: client.post(pages.address(world.full), sent)


def registering_oneself_twice(world, email: str) -> Act:
    client, sent = Client(), pages.alone(world.event, contact_email=email)
    client.post(pages.address(world.event), sent)
    return lambda: client.post(pages.address(world.event), sent)


def registering_a_colleague(world, email: str) -> Act:
    client, sent = Client(), pages.party(world.event, **{"p-0-email": email})
    return lambda: client.post(pages.address(world.event), sent)


def naming_a_colleague(world, email: str) -> Act:
    return _naming(world.event, "seated", email)


def naming_a_colleague_in_line(world, email: str) -> Act:
    return _naming(world.full, "waiting", email)


def _naming(event, status: str, email: str) -> Act:
    party = RegistrationFactory(group=True)
    person, in_line = (
        ParticipantFactory(registration=party, email=""),
        {"rank": party.pk} if status == "waiting" else {},
    )
    SeatFactory(registration=party, event=event, place=1, participant=person, status=status, **in_line)
    client, url = Client(), f"/en/pamelding/{make_token(party)}/plass/1/"
    return lambda: client.post(url, {"name": "Kari", "email": email, "seen": str(person.uuid)})


def feedback(world, email: str) -> Act:
    client = Client()
    return lambda: client.post("/en/tilgjengelighet/", {"text": "Too small", "email": email})


def starting_an_incubator(world, email: str) -> Act:
    client = Client()
    sent = {"who": "We", "municipality": "bodo", "why": "Nowhere to meet.", "email": email, "language": "nb"}
    return lambda: client.post("/en/start-inkubator/", sent | {"token": str(uuid.uuid4())})


def inviting_staff(world, email: str) -> Act:
    client, place = world.client_for(world.leader.user), world.leader.incubator
    return lambda: client.post(
        f"/en/arbeidsflate/inkubatorer/{place.slug}/personer/", {"email": email, "role": "supporter"}
    )


def naming_a_reader_of_reports(world, email: str) -> Act:
    client, place = world.client_for(world.leader.user), world.leader.incubator
    sent = {"name": "Kari", "email": email, "language": "nb"}
    return lambda: client.post(f"/en/arbeidsflate/inkubatorer/{place.slug}/kommunen/", sent)


def inviting_a_coauthor(world, email: str) -> Act:
    idea = IdeaFactory(submitted=True)
    client = world.client_for(idea.author)
    return lambda: client.post(f"/en/min-side/ideer/{idea.uuid}/medforfattere/", {"email": email, "role": "edit"})


def naming_somebody_in_a_story(world, email: str) -> Act:
    story = StoryFactory(idea=IdeaFactory(public=True))
    client = world.client_for(story.idea.author)
    return lambda: client.post(
        f"/en/historier/{story.uuid}/person/", {"called": "Kari", "email": email, "language": "nb"}
    )


PAGES = [
    code,
    password,
    new_address,
    links_anew,
    registering_oneself,
    registering_oneself_in_line,
    registering_oneself_twice,
    registering_a_colleague,
    naming_a_colleague,
    naming_a_colleague_in_line,
    feedback,
    starting_an_incubator,
    inviting_staff,
    naming_a_reader_of_reports,
    inviting_a_coauthor,
    naming_somebody_in_a_story,
]


# --- The check --------------------------------------------------------------------------------------------------------


def work_of(sql: str) -> str:
    """Return what a statement is, without its values. To undo a savepoint is as much work as to keep it."""
    if sql.startswith(("RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")):
        return "end of a savepoint"
    # In front of a write stands who it is by, for the history.
    sql = CONTEXT.sub("", sql)
    # Names of savepoints and cursors are counted up.
    return sql.split()[0] if sql.startswith(("SAVEPOINT", "DECLARE")) else " ".join(sql.split()[:3])


def answer_to(act: Act, email: str) -> tuple:
    """Return what a person sees, and the statements behind it."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = act()
    location = resolve(answer.url.split("?")[0]).view_name if answer.status_code == 302 else ""
    seen = re.sub(r'(csrfmiddlewaretoken|token)" value="[^"]+"', "", answer.text.replace(email, "ADDRESS"))
    return (answer.status_code, location, seen), [work_of(query["sql"]) for query in queries]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_page_does_the_same_work_for_a_known_address_and_an_unknown_one(world, page):
    answer_to(page(world, WARM), WARM)  # the first request of a process fills Django's own caches
    known, stranger = (answer_to(page(world, email), email) for email in (KNOWN, STRANGER))
    assert known[0] == stranger[0]
    assert known[1] == stranger[1], "\n".join(f"{a:60} {b}" for a, b in zip(known[1], stranger[1], strict=False))


def test_slip_codes_that_open_nothing_cost_the_same():
    codes = [new_code() for _ in range(3)]
    claimed, replaced, too_old = (DeskEntryFactory(code=code) for code in codes)
    Idea.objects.filter(pk=too_old.idea_id).update(status="withdrawn", updated_at=timezone.now() - SLIP.lasts)
    DeskEntry.objects.filter(pk=too_old.pk).update(code_made_at=timezone.now() - SLIP.lasts)
    claim_case(entry=claimed, by=UserFactory())
    replaced.code_hash = hash_of(new_code())
    replaced.save()

    def typed(word: str) -> Act:
        client = Client()
        return lambda: client.post("/en/lapp/", {"code": word})

    words = [new_code(), *codes, "not a code"]
    answer_to(typed("WARM"), "WARM")
    answers = [answer_to(typed(word), word) for word in words]
    assert all(answer == answers[0] for answer in answers[1:])


def test_worker_mails_what_was_asked_for_and_forgets_the_address(outbox):
    event = EventFactory()
    actions.register(event, who=actions.alone(KNOWN))
    for email in (KNOWN, STRANGER):
        ask_for_links(email=email)
    assert send_links_asked_for() == 2
    assert send_links_asked_for() == 0
    assert [mail.recipient for mail in outbox("links-anew")] == [KNOWN]


@pytest.mark.parametrize("is_kept", [True, False])
def test_work_that_is_undone_leaves_nothing(is_kept):
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries, kept_if(is_kept):
            UserFactory(email=KNOWN)
        count = len(queries)
    assert User.objects.filter(email=KNOWN).exists() is is_kept
    assert queries[0]["sql"].startswith("SAVEPOINT")
    assert work_of(queries[count - 1]["sql"]) == "end of a savepoint"
    assert Registration.objects.count() == 0
