"""No role gives itself what it must not have, and each role given or ended is told to the leaders."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import translation

from ideas.actions.closing import OwnInheritanceError, close_incubator
from incubators.actions import people as actions
from incubators.actions.founding import found_incubator
from incubators.actions.granting import NotFirstLeaderError, SelfGrantError, mailbox
from incubators.models import Incubator, Invitation, Membership
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    InitiativeFactory,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def national():
    return UserFactory(staff=True, name="Sunniva", language="en")


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen")


def leader_of(place, **facts):
    return MembershipFactory(incubator=place, leader=True, **facts).user


def people_page(place) -> str:
    return f"/en/arbeidsflate/inkubatorer/{place.slug}/folk/"


# --- Who may give what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role.values)
def test_national_staff_do_not_invite_themselves(place, national, client_for, role):
    response = client_for(national).post(people_page(place), {"email": national.email.upper(), "role": role})

    assert "You cannot give yourself a role" in response.text
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_leader_gives_themselves_no_other_role(place, role):
    leader = leader_of(place)
    EmailAddress.objects.create(user=leader, email="second@example.no", verified=True)

    for email in (leader.email, "second@example.no", "Second+work@example.no"):
        with pytest.raises(SelfGrantError):
            actions.invite_person(incubator=place, email=email, role=role, by=leader)
    assert not Invitation.objects.exists()


def test_national_staff_invite_a_first_leader_and_nobody_else(place, national, client_for):
    client = client_for(national)
    for role in (Role.MODERATOR, Role.SUPPORTER):
        response = client.post(people_page(place), {"email": "kari@example.no", "role": role})
        assert "National staff can only invite the first leader" in response.text
    assert not Invitation.objects.exists()

    client.post(people_page(place), {"email": "kari@example.no", "role": "leader"})
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.is_first_leader, invitation.invited_by) == ("kari@example.no", True, national)


def test_where_somebody_leads_national_staff_invite_no_leader(place, national):
    leader_of(place)
    with pytest.raises(NotFirstLeaderError):
        actions.invite_person(incubator=place, email="kari@example.no", role=Role.LEADER, by=national)


def test_where_every_leader_has_left_a_leader_is_the_first_again(place, national):
    MembershipFactory(incubator=place, leader=True, former=True)
    MembershipFactory(incubator=place)
    invitation = actions.invite_person(incubator=place, email="kari@example.no", role=Role.LEADER, by=national)
    assert invitation.is_first_leader


def test_national_staff_appoint_nobody_of_national_staff(place, national):
    other = UserFactory(staff=True)
    with pytest.raises(SelfGrantError):
        actions.invite_person(incubator=place, email=other.email, role=Role.LEADER, by=national)

    invitation = actions.invite_person(incubator=place, email="ny@example.no", role=Role.LEADER, by=national)
    became_national = UserFactory(email="ny@example.no", staff=True)
    with pytest.raises(SelfGrantError):
        actions.accept_invitation(invitation=invitation, by=became_national)
    assert not Membership.objects.exists()


def test_first_leader_lapses_once_there_is_one(place, national, client_for):
    first, second = (
        actions.invite_person(incubator=place, email=email, role=Role.LEADER, by=national)
        for email in ("one@example.no", "two@example.no")
    )
    other = InvitationFactory(incubator=place)
    actions.accept_invitation(invitation=first, by=UserFactory(email="one@example.no"))

    for invitation in (second, other):
        invitation.refresh_from_db()
    assert (second.status, other.status) == ("withdrawn", "pending")
    with pytest.raises(actions.InvitationClosedError):
        actions.accept_invitation(invitation=second, by=UserFactory(email="two@example.no"))

    late = InvitationFactory(incubator=place, role="leader", is_first_leader=True, invited_by=national)
    answer = client_for(UserFactory(email=late.email)).post(
        f"/en/invitasjon/{late.uuid}/{late.token}/godta/", follow=True
    )
    assert "has a leader by now" in answer.text
    assert [row.user.email for row in Membership.objects.all()] == ["one@example.no"]


def test_whoever_sends_it_again_is_the_one_who_gives_the_role(place, national, client_for):
    leader = leader_of(place)
    invitation = InvitationFactory(incubator=place, invited_by=leader, email=national.email)
    path = f"/en/arbeidsflate/inkubatorer/{place.slug}/invitasjoner/{invitation.uuid}/send-igjen/"

    answer = client_for(national).post(path, {"seen_expires_at": invitation.expires_at.isoformat()}, follow=True)

    assert "You cannot give yourself a role" in answer.text
    invitation.refresh_from_db()
    assert invitation.invited_by == leader


def test_nobody_accepts_what_they_sent_themselves(place, client_for):
    person = UserFactory()
    invitation = InvitationFactory(incubator=place, invited_by=person, email=person.email)
    path = f"/en/invitasjon/{invitation.uuid}/{invitation.token}/godta/"
    assert "You cannot give yourself a role" in client_for(person).post(path, follow=True).text
    assert not Membership.objects.exists()


def test_database_refuses_a_role_given_to_oneself(place):
    person = UserFactory()
    with pytest.raises(IntegrityError, match="membership_not_granted_to_oneself"), transaction.atomic():
        MembershipFactory(incubator=place, user=person, granted_by=person)


def test_alias_of_a_mailbox_is_the_same_mailbox():
    assert mailbox(" Kari+Unlimited@Example.no ") == mailbox("kari@example.no") != mailbox("karin@example.no")


def test_national_staff_found_no_incubator_to_lead_it(national, client_for):
    one = InitiativeFactory(email=national.email, status="talking")
    with pytest.raises(SelfGrantError):
        found_incubator(
            initiative=one, by=national, seen_revision=one.revision, facts={"name": "X", "legal_status": "public"}
        )
    assert not Incubator.objects.filter(name="X").exists()
    facts = {"name": "X", "legal_status": "public", "revision": one.revision, "invites_leader": "on"}
    page = client_for(national).post(
        f"/en/arbeidsflate/nye-inkubatorer/{one.uuid}/opprett/", {f"found-{name}": facts[name] for name in facts}
    )
    assert "is of national staff" in page.text


def test_national_staff_close_no_incubator_into_one_of_their_own(place, national, client_for):
    mine, elsewhere = MembershipFactory(user=national).incubator, IncubatorFactory()
    idea = IdeaFactory(submitted=True, incubator=place)

    page = client_for(national).post(
        f"/en/arbeidsflate/inkubatorer/{place.slug}/legg-ned/", {"to": mine.pk, "words": "Sold."}
    )
    assert "You work there yourself" in page.text
    with pytest.raises(OwnInheritanceError):
        close_incubator(incubator=place, to=mine, words="Sold.", by=national)
    idea.refresh_from_db()
    assert idea.incubator == place
    assert close_incubator(incubator=place, to=elsewhere, words="Sold.", by=national) == 1


# --- Who hears of it, and where it stays ------------------------------------------------------------------------------


def test_each_role_given_is_told_to_all_leaders_in_one_mail(place, outbox):
    ingrid = leader_of(place, user__name="Ingrid", user__language="en")
    other = leader_of(place, user__language="nn")
    MembershipFactory(incubator=place)
    leader_of(IncubatorFactory())
    invitation = InvitationFactory(incubator=place, invited_by=ingrid)
    kari = UserFactory(email=invitation.email, name="Kari")

    for _click in range(2):
        membership = actions.accept_invitation(invitation=Invitation.objects.get(), by=kari)

    assert membership.granted_by == ingrid
    mails = outbox("role-given")
    assert [mail.recipient for mail in mails] == [other.email]
    with translation.override("en"):
        words = say(mails[0])
    assert words.subject == "Kari has a new role at Tøyen"
    assert "Kari has the role Moderator at Tøyen from today. Ingrid gave the role." in words.paragraphs[0]
    # Who invited reads of the role in the answer to their invitation.
    assert [mail.recipient for mail in outbox("incubator-invitation-answered")] == [ingrid.email]
    assert len(outbox()) == 2


def test_inviter_whose_account_is_closed_hides_no_role_from_other_leaders(place, outbox):
    gone, other = leader_of(place, user__is_active=False), leader_of(place)
    invitation = InvitationFactory(incubator=place, invited_by=gone)
    actions.accept_invitation(invitation=invitation, by=UserFactory(email=invitation.email))
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("role-given", other.email)]


def test_first_leader_is_told_to_everyone_who_works_there_and_to_national_staff(place, national, outbox):
    moderator, colleague = MembershipFactory(incubator=place).user, UserFactory(staff=True)
    invitation = actions.invite_person(incubator=place, email="kari@example.no", role=Role.LEADER, by=national)
    kari = UserFactory(email="kari@example.no")

    actions.accept_invitation(invitation=invitation, by=kari)

    told = {mail.recipient: mail.snapshot["url"] for mail in outbox("role-given")}
    assert set(told) == {kari.email, moderator.email, colleague.email}
    assert [mail.recipient for mail in outbox("incubator-invitation-answered")] == [national.email]
    assert told[moderator.email].endswith(place.get_absolute_url())
    assert told[colleague.email].endswith(f"{place.slug}/folk/")


def test_each_end_is_told_to_all_leaders_and_the_person_once(place, national, outbox):
    ingrid = leader_of(place, user__language="en")
    gone = leader_of(place, user__name="Ola")
    membership = gone.memberships.get()

    for _click in range(2):
        actions.end_membership(membership=membership, by=national)

    membership.refresh_from_db()
    assert membership.ended_by == national
    mails = outbox("role-ended")
    assert {mail.recipient for mail in mails} == {ingrid.email, gone.email}
    assert len(mails) == 2
    with translation.override("en"):
        words = say(next(mail for mail in mails if mail.language == "en"))
    assert words.paragraphs == ["Ola no longer has the role Leader at Tøyen. Sunniva ended the role."]


def test_role_of_a_closed_account_ends_also_where_it_is_the_last(place, national):
    membership = MembershipFactory(incubator=place, leader=True, user__is_active=False)
    with pytest.raises(NotFirstLeaderError):
        actions.invite_person(incubator=place, email="kari@example.no", role=Role.LEADER, by=national)
    actions.end_membership(membership=membership, by=national)
    membership.refresh_from_db()
    assert membership.ends_on


def test_role_that_ends_with_its_account_is_told_without_the_name(place, outbox):
    ingrid = leader_of(place, user__language="en")
    gone = MembershipFactory(incubator=place, user__name="Ola Nordmann").user

    erase_person(by=gone)

    [mail] = outbox("role-ended")
    assert mail.recipient == ingrid.email
    assert "Ola" not in str(mail.snapshot)
    with translation.override("en"):
        words = say(mail).paragraphs[0]
    assert words == "Somebody who worked at Tøyen has deleted their account. This has ended with it: Moderator."


def test_all_roles_that_end_with_an_account_are_told_in_one_mail_for_each_incubator(place, outbox):
    ingrid, elsewhere = leader_of(place, user__language="en"), IncubatorFactory(name="Bryne")
    mads = leader_of(elsewhere)
    gone = UserFactory()
    for role in (Role.MODERATOR, Role.SUPPORTER):
        for incubator in (place, elsewhere):
            MembershipFactory(incubator=incubator, user=gone, role=role)

    erase_person(by=gone)

    mails = {mail.recipient: mail for mail in outbox("role-ended")}
    assert set(mails) == {ingrid.email, mads.email}
    assert len(outbox("role-ended")) == 2
    with translation.override("en"):
        assert "This has ended with it: Moderator, Supporter." in say(mails[ingrid.email]).paragraphs[0]


def test_leaders_see_every_role_given_and_ended(place, national, client_for):
    leader = leader_of(place, user__name="Ingrid")
    MembershipFactory(incubator=place, user__name="Kari", granted_by=national)
    MembershipFactory(incubator=place, user__name="Ola", former=True, granted_by=leader, ended_by=national)
    client = client_for(leader)
    for path in (people_page(place), f"{people_page(place)}roller/"):
        page = client.get(path).text
        for words in ("Kari", "Ola", "Ingrid", "Sunniva"):
            assert words in page, path
    assert client_for(MembershipFactory(incubator=place).user).get(f"{people_page(place)}roller/").status_code == 403


def test_list_of_roles_costs_the_same_for_few_and_many(place, national, client_for, same_queries_at):
    client = client_for(leader_of(place))
    ender = UserFactory()

    same_queries_at(
        lambda: MembershipFactory(incubator=place, former=True, granted_by=national, ended_by=ender),
        lambda: client.get(f"{people_page(place)}roller/"),
        limit=12,
    )
