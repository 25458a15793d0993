"""An address that changes hands: its next owner finds nothing of the one before, who takes everything along."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone

from events.actions.links import ask_for_links
from events.actions.registration import Person
from events.models import Needs, Participant, Registration, Seat
from ideas.models import CoAuthor, Story, StoryPerson
from incubators.models import Invitation, MunicipalPartner
from tests.events.test_registration_actions import alone, party, register
from tests.factories import (
    ContactRequestFactory,
    EventFactory,
    IdeaFactory,
    IncubatorFactory,
    InitiativeFactory,
    InvitationFactory,
    MunicipalPartnerFactory,
    ReportFactory,
    StoryConsentFactory,
    StoryFactory,
    StoryPersonFactory,
    UserFactory,
)
from tests.unlimited.users.test_privacy import dump, our_models
from unlimited.locks import WaitedTooLongError
from unlimited.mail.actions import suppress_address
from unlimited.mail.models import OutgoingMail, Suppression
from unlimited.site.actions import give_feedback
from unlimited.users import actions, addresses, emails
from unlimited.users.models import User

OLD, NEW = "post@example.no", "kanarifugl@example.no"
CHANGED = "/en/konto/confirm-email/"


@pytest.fixture(autouse=True)
def _limits(db):
    cache.clear()


def change_address(browser, outbox, new: str = NEW):
    """Change the address of who is logged in, as on the pages; return the last answer."""
    browser.post("/en/konto/email/", {"email": new, "action_add": ""})
    return browser.post(CHANGED, {"code": outbox("address-code")[-1].snapshot["code"]})


def log_in(client, outbox, email: str = OLD) -> User:
    client.post("/en/konto/login/", {"email": email})
    client.post("/en/konto/login/code/confirm/", {"code": outbox("login-code")[-1].snapshot["code"]})
    return User.objects.get(email=email)


def invite_along(idea, email: str, **facts) -> CoAuthor:
    return CoAuthor.objects.create(
        idea=idea, email=email, expires_at=timezone.now() + CoAuthor.LASTS, **facts
    )  # fmt: skip


def leave_traces(user: User) -> None:
    """Make rows with the person's address in every table that can have it, each with a canary's name."""
    needs = {"diet_details": "kanarifugl", "access": ["wheelchair"]}
    me, colleague = Person("Kanarifugl Nordmann", user.email.upper(), needs=needs), Person("Per", "per@example.no")
    register(EventFactory(), who=alone(user.email, contact_name="Kanarifugl Nordmann"))
    register(
        EventFactory(), who=party(me, colleague, contact_name="Kanarifugl Nordmann", contact_email=user.email.upper())
    )
    ContactRequestFactory(email=user.email.upper(), name="Kanarifugl Nordmann")
    EventFactory(contact_name="Kanarifugl Nordmann", contact_email=user.email.upper(), contact_phone="kanarifugl")
    IncubatorFactory(contact_name="Kanarifugl Nordmann", contact_email=user.email.upper())
    MunicipalPartnerFactory(email=user.email, name="Kanarifugl Nordmann", incubator=IncubatorFactory())
    MunicipalPartnerFactory(email=user.email, name="Kanarifugl Nordmann", ended=True)
    InvitationFactory(email=user.email)
    InvitationFactory(email=user.email, accepted=True)
    InitiativeFactory(email=user.email, who="Kanarifugl Nordmann", why="kanarifugl")
    give_feedback(text="I cannot read it.", email=user.email)
    invite_along(IdeaFactory(public=True), user.email)
    StoryConsentFactory(person__email=user.email, person__name="Kanarifugl", spoken_words="Kanarifugl said so")
    suppress_address(address=user.email.upper(), reason="kanarifugl")
    ask_for_links(email=user.email)


def rows_with(address: str) -> dict[str, int]:
    """Return how many rows have the address, by model and field, where it is not none."""
    counts = {}
    for model, field in addresses.address_rows:
        found = addresses.with_address(apps.get_model(model)._base_manager.all(), field, [address])
        if count := found.count():
            counts[f"{model}.{field}"] = count
    return counts


def test_each_model_with_an_email_field_says_what_a_change_of_address_does():
    with_address = {
        (model._meta.label, field.name)
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.EmailField)
    }
    own = {("users.User", "email"), ("mail.OutgoingMail", "recipient")}
    assert with_address | own == addresses.address_rows.keys() | {("users.User", "email")}


@pytest.mark.django_db(transaction=True)
def test_next_owner_of_an_address_finds_nothing_of_the_one_before(client, client_for, outbox, monkeypatch):
    monkeypatch.setattr("unlimited.mail.bell.ring", lambda: True)
    person = UserFactory(email=OLD, name="Kanarifugl Nordmann")
    leave_traces(person)
    traces = rows_with(OLD)
    assert set(traces) == {f"{model}.{field}" for model, field in addresses.address_rows}
    report = ReportFactory(incubator=MunicipalPartner.objects.current().get().incubator)
    browser, read = client_for(person), f"/en/rapporter/{report.uuid}/"
    assert browser.get(read).status_code == 200
    change_address(browser, outbox)
    person.refresh_from_db()
    assert person.email == NEW
    # Of all rows, only mails that have left keep the address, and they are marked as the person's.
    assert set(rows_with(OLD)) == {"mail.OutgoingMail.recipient"}
    assert not OutgoingMail.objects.filter(recipient__iexact=OLD, owner=None).exists()
    assert browser.get(read).status_code == 200
    mine = browser.post("/en/konto/mine-opplysninger/").json()
    assert {row["recipient"] for row in mine["mail"]} >= {OLD, NEW}
    assert len(mine["events"]["registrations"]) == len(mine["events"]["seats"]) == 2

    next_owner = log_in(client, outbox)
    assert not next_owner.is_staff
    handed_out = client.post("/en/konto/mine-opplysninger/").text
    assert "kanarifugl" not in handed_out.lower()
    found = json.loads(handed_out)
    assert not any(found["events"].values())
    assert (found["site"], found["stories"], found["coauthors"], found["mail"]) == ([], [], [], [])
    assert not any(found["incubators"].values())
    assert client.get(read).status_code == 404
    for url in ("/en/min-side/", "/en/rapporter/", "/en/konto/profil/"):
        assert "kanarifugl" not in client.get(url, follow=True).text.lower()

    actions.erase_person(by=User.objects.get(pk=person.pk))
    left = dump().lower()
    assert "kanarifugl" not in left
    assert set(rows_with(OLD)) == {"mail.OutgoingMail.recipient"}
    assert {mail.kind for mail in OutgoingMail.objects.filter(recipient=OLD)} == {"login-code"}


@pytest.mark.django_db(transaction=True)
def test_erasing_the_next_owner_leaves_the_one_before_whole(client, client_for, outbox, monkeypatch):
    monkeypatch.setattr("unlimited.mail.bell.ring", lambda: True)
    person = UserFactory(email=OLD)
    leave_traces(person)
    change_address(client_for(person), outbox)
    before, mails = rows_with(NEW), person.earlier_mails.count()
    actions.erase_person(by=log_in(client, outbox))
    assert rows_with(NEW) == before
    assert person.earlier_mails.count() == mails > 0
    assert rows_with(OLD) == {"mail.OutgoingMail.recipient": mails}


@pytest.mark.django_db
def test_rows_of_before_any_account_are_the_first_owners_who_verifies(client, outbox):
    register(EventFactory(), who=alone(OLD))
    user = log_in(client, outbox)
    assert len(client.post("/en/konto/mine-opplysninger/").json()["events"]["seats"]) == 1
    actions.erase_person(by=user)
    assert Participant.objects.count() == 0


@pytest.mark.django_db
def test_address_that_is_not_verified_gives_nothing():
    victim, thief = UserFactory(email="victim@example.no"), UserFactory()
    register(EventFactory(), who=alone(victim.email))
    EmailAddress.objects.create(user=thief, email=victim.email, verified=False)
    assert actions.export_person(by=thief)["events"]["seats"] == []
    actions.erase_person(by=thief)
    assert Participant.objects.count() == 1


@pytest.mark.django_db
def test_waiting_mail_goes_to_the_new_address_and_a_code_does_not(client_for, outbox):
    person = UserFactory(email=OLD)
    with transaction.atomic():
        emails.mail_login_code(to=OLD, language="en", code="123456")
        emails.mail_account_changed(to=OLD, language="en", change="password_set")
    change_address(client_for(person), outbox)
    sent = [(mail.kind, mail.recipient, mail.owner) for mail in outbox() if mail.kind != "address-code"]
    assert sent == [
        ("login-code", OLD, person),
        ("account-changed", NEW, None),
        ("account-changed", OLD, person),
    ]
    assert Suppression.objects.count() == 0


@pytest.mark.django_db
def test_person_with_a_seat_by_both_addresses_keeps_both_seats(client_for, outbox):
    person, event = UserFactory(email=OLD), EventFactory()
    register(event, who=alone(OLD))
    register(event, who=party(Person("Kari", NEW), Person("Per", "per@example.no")))
    change_address(client_for(person), outbox)
    assert sorted(event.seats.live().values_list("email", flat=True)) == ["", NEW, "per@example.no"]
    assert Participant.objects.filter(email=NEW).count() == 2
    assert Registration.objects.filter(contact_email=NEW).count() == 1
    assert Needs.objects.count() == 0


@pytest.mark.django_db
def test_person_who_is_invited_or_reads_by_both_addresses_is_so_once(client_for, outbox):
    person, place = UserFactory(email=OLD), IncubatorFactory()
    for email in (OLD, NEW):
        MunicipalPartnerFactory(incubator=place, email=email)
        InvitationFactory(incubator=place, email=email)
        invite_along(IdeaFactory(public=True), email)
    both = IdeaFactory(public=True)
    invite_along(both, OLD, user=person, status="joined", joined_at=timezone.now())
    invite_along(both, NEW)
    change_address(client_for(person), outbox)
    assert list(MunicipalPartner.objects.current().values_list("email", flat=True)) == [NEW]
    assert sorted(Invitation.objects.values_list("status", "email")) == [("pending", NEW), ("withdrawn", NEW)]
    assert list(both.coauthors.order_by("pk").values_list("status", "email")) == [("joined", NEW), ("removed", NEW)]
    assert CoAuthor.objects.filter(status="invited", email=NEW).count() == 2
    assert [mail.recipient for mail in outbox("coauthor-invitation")] == [NEW]


@pytest.mark.django_db
def test_invitation_goes_to_the_new_mailbox(client_for, outbox):
    person, invitation = UserFactory(email=OLD), InvitationFactory(email=OLD)
    InvitationFactory(email=OLD, expired=True)
    change_address(client_for(person), outbox)
    (mail,) = outbox("incubator-invitation")
    invitation.refresh_from_db()
    assert (mail.recipient, invitation.email) == (NEW, NEW)
    assert mail.snapshot["url"].endswith(f"{invitation.uuid}/{invitation.token}/")


@pytest.mark.django_db
def test_two_rows_of_one_person_in_a_story_become_one_with_each_yes(client_for, outbox):
    person, story = UserFactory(email=OLD), StoryFactory()
    StoryPersonFactory(story=story, email=OLD, yes=["web", "report"])
    kept = StoryPersonFactory(story=story, email=NEW, yes=["web"])
    change_address(client_for(person), outbox)
    assert list(StoryPerson.objects.filter(email=NEW)) == [kept]
    assert sorted(kept.consents.standing().values_list("purpose", flat=True)) == ["report", "web"]
    assert not story.people.filter(email=OLD).exists()
    assert Story.objects.agreed_for("report").filter(pk=story.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("error", [WaitedTooLongError, ZeroDivisionError])
def test_address_changes_with_all_its_rows_or_not_at_all(client_for, outbox, monkeypatch, error):
    person = UserFactory(email=OLD)
    register(EventFactory(), who=alone(OLD))

    def fail(**facts):
        raise error

    monkeypatch.setitem(addresses.address_rows, ("mail.OutgoingMail", "recipient"), fail)
    browser = client_for(person)
    if error is WaitedTooLongError:
        assert "your address is not changed yet" in browser.get(change_address(browser, outbox).url).text
    else:
        with pytest.raises(ZeroDivisionError):
            change_address(browser, outbox)
    person.refresh_from_db()
    assert (person.email, Seat.objects.get().email, Registration.objects.get().contact_email) == (OLD, OLD, OLD)
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(OLD, True)]
