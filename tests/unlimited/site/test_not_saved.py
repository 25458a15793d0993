"""A POST that comes too late, for whatever reason: its words are on the answer, and nothing of what they were for."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from events.links import make_token
from events.models import Registration
from ideas.actions.merging import take_merge_back
from ideas.actions.moving import move_idea
from ideas.forms.support import AskSupporterForm
from ideas.models import Idea, Merge
from ideas.views import support
from incubators.actions.people import end_membership
from tests.factories import (
    DeskEntryFactory,
    EventFactory,
    IdeaFactory,
    IncubatorFactory,
    InitiativeFactory,
    MembershipFactory,
    ParticipantFactory,
    SupportRelationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
WORDS = "Kingfisher: many words, written with care."


def shown(html: str) -> str:
    found = re.search(r'<section class="typed">(.*?)</section>', html, re.DOTALL)
    return unescape(found[1]) if found else ""


def test_decline_of_a_case_that_a_colleague_has_moved_is_given_back(client_for):
    here, there = IncubatorFactory(), IncubatorFactory()
    first, second = (MembershipFactory(incubator=here).user for _ in range(2))
    idea = IdeaFactory(submitted=True, incubator=here, title="Secret title", need="Secret need")
    client = client_for(first)
    page = client.get(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    assert "Secret title" in page.text
    move_idea(idea=idea, by=second, seen_revision=idea.revision, to=there, reason="You live over there.")

    sent = {"went_well": "It is good.", "reason": WORDS, "way_on": "The library.", "revision": "1"}
    response = client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/takk-nei/", sent)

    assert response.status_code == 404
    assert re.findall(r"<label[^>]*>(.*?)</label>", shown(response.text)) == [
        "What is good about the idea?", "Why can you not take it in?", "Where can they go from here?",
    ]  # fmt: skip
    assert WORDS in shown(response.text)
    assert "Perhaps you lost access while you wrote" in response.text
    assert 'href="/en/arbeidsflate/"' in response.text
    assert "Secret" not in response.text
    idea.refresh_from_db()
    assert idea.status == Idea.Status.SUBMITTED


def test_role_that_ended_gives_the_words_back(client_for):
    place = IncubatorFactory()
    MembershipFactory(incubator=place, leader=True)
    leader = MembershipFactory(incubator=place, leader=True)
    client = client_for(leader.user)
    end_membership(membership=leader, by=UserFactory(staff=True))

    sent = {"name": "A text", "reason": WORDS, "kind": "declined", "language": "nb"}
    response = client.post(f"/en/arbeidsflate/inkubatorer/{place.slug}/svar/tekst/ny/", sent)

    assert response.status_code == 403
    assert WORDS in shown(response.text)


def test_second_factor_that_ran_out_gives_the_words_back(client_for, settings):
    settings.REQUIRE_STAFF_MFA = True
    work = MembershipFactory()
    idea = IdeaFactory(submitted=True, incubator=work.incubator, title="Secret title")
    client = client_for(work.user, second_factor=False)

    response = client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/takk-nei/", {"reason": WORDS})

    assert response.status_code in {403, 404}
    assert WORDS in shown(response.text)
    assert "/konto/ekstra-steg/" in response.text
    assert "Secret" not in response.text


def test_question_to_a_supporter_of_an_erased_idea_is_not_found():
    work = MembershipFactory(leader=True)
    supporter = MembershipFactory(incubator=work.incubator, supporter=True).user
    idea = IdeaFactory(accepted=True, incubator=work.incubator)
    sent = {"supporter": str(supporter.uuid), "note": WORDS, "revision": idea.revision}
    form = AskSupporterForm(sent, idea=idea, by=work.user)
    assert form.is_valid(), form.errors
    Idea.objects.filter(pk=idea.pk).delete()

    with pytest.raises(Http404):
        support._ask(form)


# --- What used to lead on to another page, and drop the words ---------------------------------------------------------


def slip_that_ran_out(client_for):
    DeskEntryFactory()
    client = client_for(None)
    client.post("/en/lapp/", {"code": "ABCDEFGHJKM"})
    session = client.session
    session["opened_slip"] = [*session["opened_slip"][:2], 0]
    session.save()
    return client, "/en/lapp/sak/", {"body": WORDS}, "Nothing is open on this machine any more"


def withdrawal_with_a_slip_of_a_closed_case(client_for):
    DeskEntryFactory(idea__declined=True, idea__submitted=False)
    client = client_for(None)
    client.post("/en/lapp/", {"code": "ABCDEFGHJKM"})
    return client, "/en/lapp/sak/trekk/", {"reason": WORDS}, "cannot be withdrawn as it stands now"


def withdrawal_of_a_declined_idea(client_for):
    idea = IdeaFactory(declined=True)
    return client_for(idea.author), f"/en/min-side/ideer/{idea.uuid}/trekk/", {"reason": WORDS}, "cannot be withdrawn"


def appeal_against_a_decision_that_is_overtaken(client_for):
    idea = IdeaFactory(accepted=True)
    facts = {"kind": "paused", "from_status": "accepted", "to_status": "paused", "step": "try", "reason": "Winter."}
    decision = idea.transitions.create(revision=idea.revision, by=MembershipFactory().user, **facts)
    url = f"/en/min-side/ideer/{idea.uuid}/klage/{decision.revision}/"
    return client_for(idea.author), url, {"reason": WORDS}, "nothing left to appeal"


def answer_to_a_question_that_is_taken_back(client_for):
    place = IncubatorFactory()
    source, target = (IdeaFactory(submitted=True, incubator=place) for _ in range(2))
    merge = Merge.objects.create(
        source=source, target=target, proposed_by=MembershipFactory(incubator=place).user, reason="Both."
    )
    take_merge_back(merge=merge, by=merge.proposed_by)
    url = f"/en/min-side/ideer/{source.uuid}/sla-sammen/"
    return (
        client_for(source.author),
        url,
        {"merge": merge.uuid, "answer": "ja", "words": WORDS},
        "not possible any more",
    )


def answer_of_too_many_words(client_for):
    idea = IdeaFactory(submitted=True)
    url = f"/en/min-side/ideer/{idea.uuid}/sla-sammen/"
    return client_for(idea.author), url, {"answer": "ja", "words": WORDS * 20}, "up to 400 characters"


def closing_of_a_closed_incubator(client_for):
    place = IncubatorFactory(closed=True)
    url = f"/en/arbeidsflate/inkubatorer/{place.slug}/legg-ned/"
    return client_for(UserFactory(staff=True, is_superuser=True)), url, {"words": WORDS}, "closed the incubator already"


def founding_of_what_has_ended(client_for):
    url = reverse("incubators:found", args=[InitiativeFactory(ended=True).uuid])
    return client_for(UserFactory(staff=True, is_superuser=True)), url, {"found-name": WORDS}, "or has ended"


def cancelling_of_a_past_event(client_for):
    event = EventFactory(past=True)
    url = f"/en/arbeidsflate/arrangementer/{event.slug}/avlys/"
    return client_for(UserFactory(staff=True, is_superuser=True)), url, {"reason": WORDS}, "over or cancelled already"


def report_about_a_place_that_is_led_no_more(client_for):
    work = MembershipFactory(leader=True)
    url = f"/en/arbeidsflate/rapport/?om={IncubatorFactory().slug}&periode=x"
    return client_for(work.user), url, {"words": WORDS}, "cannot be sent by you any more"


@pytest.mark.parametrize(
    "late",
    [
        slip_that_ran_out,
        withdrawal_with_a_slip_of_a_closed_case,
        withdrawal_of_a_declined_idea,
        appeal_against_a_decision_that_is_overtaken,
        answer_to_a_question_that_is_taken_back,
        answer_of_too_many_words,
        closing_of_a_closed_incubator,
        founding_of_what_has_ended,
        cancelling_of_a_past_event,
        report_about_a_place_that_is_led_no_more,
    ],
)
def test_words_that_come_too_late_are_on_the_page_that_says_so(client_for, late):
    with translation.override("en"):
        client, url, sent, told = late(client_for)

    response = client.post(url, sent)

    assert response.status_code in {409, 422}
    assert WORDS in shown(response.text)
    assert told in response.text


# --- Links ------------------------------------------------------------------------------------------------------------


def test_link_that_has_expired_gives_the_words_back():
    person = ParticipantFactory()
    with time_machine.travel(timezone.now() - dt.timedelta(days=400)):
        token = make_token(person)

    response = Client().post(f"/en/plass/{token}/navn/", {"name": WORDS})

    assert response.status_code == 410
    assert WORDS in shown(response.text)
    assert person.name not in response.text


def test_link_to_somebody_who_is_gone_gives_the_words_back():
    person = ParticipantFactory()
    token = make_token(person)
    Registration.objects.all().delete()

    response = Client().post(f"/en/plass/{token}/behov/", {"diet": ["vegan"], "access_details": WORDS})

    assert response.status_code == 410
    assert WORDS in shown(response.text)


def test_supporter_who_was_replaced_gets_a_note_back(client_for):
    relation = SupportRelationFactory(ended=True)
    idea = relation.idea
    client = client_for(relation.supporter)
    relation.supporter.memberships.update(ends_on=timezone.localdate() - dt.timedelta(days=1))

    sent = {"what": WORDS, "side": "supporter", "due_on": "2030-01-01"}
    response = client.post(f"/en/moter/ideer/{idea.uuid}/steg/", sent)

    assert response.status_code == 404
    assert WORDS in shown(response.text)
    assert str(idea) not in response.text
