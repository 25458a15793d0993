import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from incubators.actions import people as actions
from tests.factories import IncubatorFactory, InvitationFactory, MembershipFactory, UserFactory
from unlimited.mail.rendering import compose, say

pytestmark = pytest.mark.django_db


def invite(language):
    leader = MembershipFactory(leader=True, user__name="Ingrid Vik", incubator__name="Tøyen & co")
    UserFactory(email="kari@example.no", language=language)
    actions.invite_person(incubator=leader.incubator, email="kari@example.no", role="supporter", by=leader.user)


def accept(language):
    invitation = invitation_from(language)
    actions.accept_invitation(invitation=invitation, by=UserFactory(email=invitation.email, name="Kari"))


def decline(language):
    actions.decline_invitation(invitation=invitation_from(language))


def ask_again(language):
    actions.ask_for_new_invitation(invitation=invitation_from(language, expired=True))


def invitation_from(language, **traits):
    incubator = IncubatorFactory(name="Tøyen & co")
    return InvitationFactory(
        incubator=incubator, email="kari@example.no", role="supporter", invited_by__language=language, **traits
    )


MAILS = {
    invite: ("You are invited to work at Tøyen & co", "Ingrid Vik invites you", "Open the invitation"),
    accept: ("Kari has accepted your invitation", "Kari now works at Tøyen & co", "See who works at Tøyen & co"),
    decline: ("declined your invitation", "does not wish to work at Tøyen & co now", "See who works at Tøyen & co"),
    ask_again: ("asks for a new invitation", "expired before it was answered", "Open the invitations"),
}


@pytest.mark.parametrize("act", MAILS)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_is_written_in_the_language_of_its_reader(act, language, outbox):
    act(language)

    [mail] = outbox()
    assert mail.language == language
    with translation.override(language):
        words = say(mail)
    assert "Tøyen & co" in words.text
    assert mail.snapshot["url"] in words.text
    assert compose(mail)[1] == mail.recipient


@pytest.mark.parametrize("act", MAILS)
def test_mail_says_what_it_is_about(act, outbox):
    act("en")

    [mail] = outbox()
    with translation.override("en"):
        words = say(mail)
    subject, text, label = MAILS[act]
    assert subject in words.subject
    assert text in words.text
    assert label in words.text


@pytest.mark.parametrize("act", MAILS)
def test_nothing_is_mailed_where_the_change_is_undone(act, outbox):
    with transaction.atomic():
        act("nb")
        assert len(outbox()) == 1
        transaction.set_rollback(True)

    assert outbox() == []


def test_invitation_says_until_when_it_is_open_by_the_clock_in_norway(outbox):
    # Half past eleven at night in UTC is the next day in Norway.
    with time_machine.travel(dt.datetime(2026, 6, 1, 23, 30, tzinfo=dt.UTC), tick=False):
        invite("en")
        [mail] = outbox()
        with translation.override("en"):
            assert "open until Tuesday 16 June" in say(mail).text
