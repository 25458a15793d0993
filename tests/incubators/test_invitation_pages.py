import uuid

import pytest
from django.test import Client

from incubators.models import Invitation
from tests.factories import InvitationFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

Status = Invitation.Status


def url(invitation, action: str = "") -> str:
    return f"/en/invitasjon/{invitation.uuid}/{invitation.token}/{action}"


def desk_url(incubator, action: str) -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/{action}"


@pytest.fixture
def leader():
    return MembershipFactory(leader=True, user__name="Ingrid Vik")


# --- At the desk ------------------------------------------------------------------------------------------------------


def test_leader_invites_by_mail(client_for, leader, outbox):
    page = desk_url(leader.incubator, "folk/")

    response = client_for(leader.user).post(page, {"email": "Kari@example.no", "role": "supporter"}, follow=True)

    assert response.redirect_chain == [(page, 302)]
    text = response.text
    assert "The invitation is on its way to kari@example.no." in text
    assert "Waiting for an answer, open until" in text
    assert [mail.recipient for mail in outbox()] == ["kari@example.no"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "nobody", "role": "leader"}, "email"),
        ({"email": "", "role": "leader"}, "email"),
        ({"email": "kari\x00@example.no", "role": "leader"}, "email"),
        ({"email": "a" * 400 + "@example.no", "role": "leader"}, "email"),
        ({"email": "kari@example.no", "role": "king"}, "role"),
    ],
)
def test_wrong_invitations_are_answered_with_words(client_for, leader, outbox, typed, field):
    response = client_for(leader.user).post(desk_url(leader.incubator, "folk/"), typed)

    assert list(response.context["form"].errors) == [field]
    assert Invitation.objects.count() == 0
    assert outbox() == []


def test_leader_is_told_of_one_who_is_there_or_invited_already(client_for, leader):
    client, page = client_for(leader.user), desk_url(leader.incubator, "folk/")
    invitation = InvitationFactory(incubator=leader.incubator)

    other = MembershipFactory(incubator=leader.incubator, leader=True).user
    there = client.post(page, {"email": other.email, "role": "leader"})
    invited = client.post(page, {"email": invitation.email, "role": invitation.role})

    assert "This person has that role here already." in there.text
    assert "This person is invited already." in invited.text


def test_people_shows_where_each_invitation_stands(client_for, leader):
    for traits in ({}, {"expired": True}, {"accepted": True}, {"declined": True}, {"withdrawn": True}):
        InvitationFactory(incubator=leader.incubator, invited_by=None, **traits)

    text = client_for(leader.user).get(desk_url(leader.incubator, "folk/")).text

    for words in ("Waiting for an answer, open until", "Expired", "Accepted,", "Declined,", "Withdrawn,"):
        assert words in text
    assert text.count("/send-igjen/") == text.count("/trekk-tilbake/") == 2
    assert "someone who has left" in text


def test_people_asks_equally_often_however_many_are_invited(client_for, leader, same_queries_at):
    client = client_for(leader.user)
    same_queries_at(
        lambda: InvitationFactory(incubator=leader.incubator),
        lambda: client.get(desk_url(leader.incubator, "folk/")),
        limit=12,
    )


def test_leader_sends_again_once_for_one_page(client_for, leader, outbox):
    invitation = InvitationFactory(incubator=leader.incubator, expired=True)
    client, page = client_for(leader.user), desk_url(leader.incubator, f"invitasjoner/{invitation.uuid}/send-igjen/")

    for _ in range(2):
        response = client.post(page, {"seen_expires_at": invitation.expires_at.isoformat()}, follow=True)

    assert f"on its way to {invitation.email}" in response.text
    assert len(outbox()) == 1
    invitation.refresh_from_db()
    assert invitation.is_open


def test_leader_withdraws(client_for, leader):
    invitation = InvitationFactory(incubator=leader.incubator)

    response = client_for(leader.user).post(
        desk_url(leader.incubator, f"invitasjoner/{invitation.uuid}/trekk-tilbake/"), follow=True
    )

    assert f"The invitation to {invitation.email} is withdrawn." in response.text
    invitation.refresh_from_db()
    assert invitation.status == Status.WITHDRAWN


@pytest.mark.parametrize("action", ["send-igjen", "trekk-tilbake"])
def test_leader_comes_too_late_after_an_answer(client_for, leader, action, outbox):
    invitation = InvitationFactory(incubator=leader.incubator, accepted=True)

    response = client_for(leader.user).post(
        desk_url(leader.incubator, f"invitasjoner/{invitation.uuid}/{action}/"), follow=True
    )

    assert "answered" in response.text
    invitation.refresh_from_db()
    assert (invitation.status, outbox()) == (Status.ACCEPTED, [])


@pytest.mark.parametrize("action", ["send-igjen", "trekk-tilbake"])
def test_invitations_of_another_incubator_are_out_of_reach(client_for, leader, action):
    foreign = InvitationFactory()
    client = client_for(leader.user)

    here = client.post(desk_url(leader.incubator, f"invitasjoner/{foreign.uuid}/{action}/"))
    there = client.post(desk_url(foreign.incubator, f"invitasjoner/{foreign.uuid}/{action}/"))

    assert (here.status_code, there.status_code) == (404, 403)
    foreign.refresh_from_db()
    assert foreign.is_open


# --- With the link ----------------------------------------------------------------------------------------------------


def test_invitation_leads_through_log_in_and_back():
    invitation = InvitationFactory(email="kari@example.no")

    text = Client().get(url(invitation)).text

    assert "Log in as kari@example.no to accept." in text
    assert f"/en/konto/login/?next={url(invitation).replace('/', '%2F')}&amp;email=kari%40example.no" in text
    assert "Decline the invitation" in text


def test_invited_person_accepts(client_for, outbox):
    invitation = InvitationFactory(role="supporter")
    client = client_for(UserFactory(email=invitation.email, name="Kari"))
    assert "Accept the invitation" in client.get(url(invitation)).text

    response = client.post(url(invitation, "godta/"))

    assert response.url == "/en/arbeidsflate/"
    assert invitation.incubator.memberships.current().get().role == "supporter"
    assert [mail.snapshot["person"] for mail in outbox()] == ["Kari"]
    assert "has been accepted" in client.get(url(invitation)).text


def test_another_account_is_told_kindly_and_cannot_accept(client_for):
    invitation = InvitationFactory(email="kari@example.no")
    client = client_for(UserFactory(email="ola@example.no"))

    text = client.get(url(invitation)).text
    response = client.post(url(invitation, "godta/"))

    assert "You are logged in as ola@example.no, and the invitation is for kari@example.no." in text
    assert response.url == url(invitation)
    assert not invitation.incubator.memberships.exists()


def test_accepting_without_log_in_leads_to_log_in():
    invitation = InvitationFactory()

    response = Client().post(url(invitation, "godta/"))

    assert response.status_code == 302
    assert response.url.startswith("/en/konto/login/?next=")


def test_declining_needs_no_account(outbox):
    invitation = InvitationFactory()

    response = Client().post(url(invitation, "takk-nei/"), follow=True)

    assert "You have declined the invitation" in response.text
    assert [mail.snapshot["is_accepted"] for mail in outbox()] == [False]


def test_expired_invitation_offers_to_ask_for_a_new_one(client_for, outbox):
    invitation = InvitationFactory(expired=True)
    client = client_for(UserFactory(email=invitation.email))

    page = client.get(url(invitation)).text
    refused = client.post(url(invitation, "godta/"))
    asked = client.post(url(invitation, "be-om-ny/"), follow=True)

    assert "The invitation expired" in page
    assert "Accept the invitation" not in page
    assert refused.url == url(invitation)
    assert "We have asked for a new invitation." in asked.text
    assert [mail.recipient for mail in outbox()] == [invitation.invited_by.email]


@pytest.mark.parametrize("trait", ["accepted", "declined", "withdrawn"])
@pytest.mark.parametrize("action", ["godta/", "takk-nei/", "be-om-ny/"])
def test_closed_invitation_says_so_whatever_is_pressed(client_for, trait, action, outbox):
    invitation = InvitationFactory(**{trait: True})
    client = client_for(UserFactory(email=invitation.email))

    response = client.post(url(invitation, action), follow=True)

    assert response.status_code == 200
    invitation.refresh_from_db()
    assert (invitation.status, outbox()) == (trait, [])


def test_looking_at_an_invitation_changes_nothing():
    invitation = InvitationFactory()

    for _ in range(2):
        Client().get(url(invitation))
        Client().head(url(invitation))

    assert [Client().get(url(invitation, action)).status_code for action in ("takk-nei/", "be-om-ny/")] == [405] * 2
    invitation.refresh_from_db()
    assert invitation.is_open


def test_without_the_right_token_there_is_no_invitation():
    invitation, other = InvitationFactory(), InvitationFactory()
    wrong = [
        f"/en/invitasjon/{invitation.uuid}/{other.token}/",
        f"/en/invitasjon/{invitation.uuid}/æ/",
        f"/en/invitasjon/{uuid.uuid4()}/{invitation.token}/",
        f"/en/invitasjon/{invitation.uuid}/",
    ]

    assert [Client().get(address).status_code for address in wrong] == [404] * 4
    assert Client().post(f"/en/invitasjon/{invitation.uuid}/{other.token}/takk-nei/").status_code == 404
    invitation.refresh_from_db()
    assert invitation.is_open
