"""Staff permissions exist in a session that has shown a confirmed second factor, and nowhere else."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from events.models import Event
from ideas.models import Concern, Idea, Note, SupportRelation
from incubators.actions.confirming import people_to_confirm, people_who_confirm
from incubators.models import Incubator
from incubators.rules import memberships_of
from tests.factories import (
    ConcernFactory,
    EventFactory,
    IdeaFactory,
    IncubatorFactory,
    InvitationFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.unlimited.users.test_second_factor import SECRET, totp_code
from unlimited.users.encryption import MARK, encrypt_all
from unlimited.users.factor import STATE, code_of, confirm, waiting_for_confirmation
from unlimited.users.models import FactorConfirmation, User
from unlimited.users.staff_access import acts_as_staff, as_with_factor, without_session

pytestmark = pytest.mark.django_db
STEP, DESK = "/en/konto/ekstra-steg/", "/en/arbeidsflate/"
CONFIRM = "/en/arbeidsflate/ekstra-steg/"


@pytest.fixture(autouse=True)
def _start(settings):
    settings.REQUIRE_STAFF_MFA, settings.STAFF_FACTOR_HOURS, settings.STAFF_IDLE_MINUTES = True, 12, 60
    cache.clear()


def show(client) -> None:
    """Show the app's code in this session."""
    assert client.post("/en/konto/2fa/reauthenticate/", {"code": totp_code(), "next": DESK}).status_code == 302


def change_state(client, **facts) -> None:
    session = client.session
    session[STATE] = session[STATE] | facts
    if "at" in facts:
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": facts["at"]}]
    session.save()


# --- Where permissions are evaluated ----------------------------------------------------------------------------------


def test_person_loaded_without_a_session_has_no_staff_permission():
    leader = MembershipFactory(leader=True)
    idea = IdeaFactory(submitted=True, incubator=leader.incubator)
    loaded = User.objects.get(pk=leader.user_id)

    assert not acts_as_staff(loaded)
    assert not loaded.has_perm("ideas.moderate_idea", idea)
    assert memberships_of(loaded) == {}
    with without_session():
        assert User.objects.get(pk=leader.user_id).has_perm("ideas.moderate_idea", idea)
    assert as_with_factor(loaded).has_perm("ideas.moderate_idea", idea)
    assert not acts_as_staff(loaded), "a copy"


def test_queryset_by_role_is_empty_without_the_factor():
    place = IncubatorFactory()
    user = UserFactory(is_staff=True, is_superuser=True)
    for role in ("leader", "moderator", "supporter"):
        MembershipFactory(incubator=place, user=user, role=role)
    idea = IdeaFactory(accepted=True, incubator=place)
    idea.notes.create(author=UserFactory(), audience=Note.Audience.STAFF, body="x")
    SupportRelationFactory(idea=idea, supporter=user)
    ConcernFactory(idea=idea, written_by=user)
    EventFactory(incubator=place)

    def seen_by(person) -> list[int]:
        rows = (
            Idea.objects.cases_of(person),
            Idea.objects.submitted_to(person),
            Incubator.objects.staffed_by(person),
            SupportRelation.objects.of_supporter(person),
            Note.objects.visible_to(person, idea),
            Concern.objects.visible_to(person),
            Event.objects.organised_by(person),
        )
        return [row.count() for row in rows]

    assert seen_by(user) == [1] * 7
    assert seen_by(User.objects.get(pk=user.pk)) == [0] * 7


@pytest.mark.parametrize(
    "perm", ["users.change_user", "incubators.use_desk", "mail.view_outbox", "site.handle_feedback"]
)
def test_superuser_has_no_permission_without_the_factor(perm):
    root = UserFactory(is_staff=True, is_superuser=True)
    assert root.has_perm(perm)
    assert not User.objects.get(pk=root.pk).has_perm(perm)
    assert not User.objects.get(pk=root.pk).has_module_perms("users")


def test_export_without_the_factor_holds_no_staff_notes(client_for):
    member = MembershipFactory()
    idea = IdeaFactory(submitted=True, incubator=member.incubator)
    idea.notes.create(author=member.user, audience=Note.Audience.STAFF, body="kingfisher")
    path = "/en/konto/mine-opplysninger/"
    assert "kingfisher" in client_for(member.user, reauthenticated=True).post(path).text
    client = client_for(member.user, second_factor=False)
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session["account_authentication_methods_user"] = str(member.user.pk)
    session.save()
    answer = client.post(path)
    assert answer.status_code == 200
    assert "kingfisher" not in answer.text


# --- How long it counts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "idle", "counts"), [(11, 59, True), (13, 1, False), (2, 61, False)])
def test_factor_counts_for_twelve_hours_and_one_hour_idle(client_for, hours, idle, counts):
    client, now = client_for(MembershipFactory().user), time.time()
    change_state(client, at=now - hours * 3600, seen=now - idle * 60)

    assert client.get(DESK).status_code == (200 if counts else 302)
    assert (client.session[STATE]["seen"] > now - 60) == counts, "who works is not idle"


def test_after_it_ran_out_the_factor_is_shown_again(client_for):
    user = MembershipFactory().user
    confirm(TOTP.activate(user, SECRET).instance, source="invitation")
    client = client_for(user)
    change_state(client, at=time.time() - 13 * 3600, seen=time.time() - 13 * 3600)
    page = client.get(client.get(DESK).url)
    assert "after 12 hours" in page.text
    show(client)
    assert client.get(DESK).status_code == 200


def test_page_of_the_factor_makes_no_session_younger(client_for):
    user = MembershipFactory().user
    confirm(TOTP.activate(user, SECRET).instance, source="invitation")
    client = client_for(user, second_factor=False)
    show(client)
    assert client.get(DESK).status_code == 200
    change_state(client, seen=time.time() - 61 * 60)
    for _look in range(2):
        assert client.get(STEP).status_code == 200
        assert client.get(DESK).url.startswith(STEP)
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 61 * 60
    del session[STATE]
    session.save()
    assert client.get(DESK).url.startswith(STEP)


def test_form_sent_after_it_ran_out_shows_what_was_typed(client_for):
    leader = MembershipFactory(leader=True)
    idea = IdeaFactory(submitted=True, incubator=leader.incubator)
    client = client_for(leader.user)
    change_state(client, at=time.time() - 13 * 3600)

    answer = client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/avslutt/", {"reason": "A long and careful answer."})

    assert answer.status_code in (403, 404)
    assert "A long and careful answer." in answer.text
    assert f'href="{STEP}"' in answer.text
    idea.refresh_from_db()
    assert idea.status == "submitted"


def test_who_is_no_staff_is_shown_no_way_to_the_factor(client_for):
    assert STEP not in client_for(UserFactory(), second_factor=False).get("/en/finnes-ikke/").text
    member = client_for(MembershipFactory().user, second_factor=False)
    assert f"{STEP}?next=/en/finnes-ikke/" in member.get("/en/finnes-ikke/").text


def test_seen_is_written_once_a_minute(client_for, django_assert_num_queries):
    client, now = client_for(MembershipFactory().user), time.time()
    change_state(client, seen=now - 30)
    client.get(DESK)
    assert client.session[STATE]["seen"] == now - 30
    change_state(client, seen=now - 61)
    client.get(DESK)
    assert client.session[STATE]["seen"] >= now


# --- Whose factor it is -----------------------------------------------------------------------------------------------


def enrol(client) -> None:
    """Set up an app in this session."""
    secret = client.get("/en/konto/2fa/totp/activate/").context["form"].secret
    assert client.post("/en/konto/2fa/totp/activate/", {"code": totp_code(secret)}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_whoever_took_over_a_mailbox_sets_up_a_factor_and_gets_nothing(client_for):
    member = MembershipFactory()
    thief = client_for(member.user, second_factor=False)
    enrol(thief)

    assert thief.get(DESK).url.startswith(STEP)
    assert "Somebody who knows you has to confirm" in thief.get(STEP).text
    assert not FactorConfirmation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_invitation_to_a_further_role_confirms_nothing(client_for):
    member = MembershipFactory()
    invitation = InvitationFactory(incubator=member.incubator, email=member.user.email, role="leader")
    thief = client_for(member.user, second_factor=False)
    thief.post(f"/en/invitasjon/{invitation.uuid}/{invitation.token}/godta/")
    enrol(thief)
    assert not FactorConfirmation.objects.exists()


def test_factor_shown_while_a_first_role_is_accepted_is_confirmed(client_for):
    invitation = InvitationFactory()
    user = UserFactory(email=invitation.email)
    TOTP.activate(user, SECRET)
    client = client_for(user, second_factor=False)
    show(client)
    client.post(f"/en/invitasjon/{invitation.uuid}/{invitation.token}/godta/")
    assert FactorConfirmation.objects.get().source == "invitation"
    assert client.get(DESK).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_second_factor_of_ones_own_is_confirmed_by_the_first(client_for):
    user = MembershipFactory().user
    client = client_for(user)
    enrol(client)
    assert FactorConfirmation.objects.get().source == "own-factor"


@pytest.mark.django_db(transaction=True)
def test_leader_confirms_by_the_digits_that_the_person_reads_out(client_for, outbox):
    leader = MembershipFactory(leader=True, user__name="Ingrid")
    member = MembershipFactory(incubator=leader.incubator, user__name="Ola")
    client = client_for(member.user, second_factor=False)
    enrol(client)
    digits = client.get(STEP).context["waiting_code"]
    for _press in range(2):
        assert "They have got a mail." in client.post(f"{CONFIRM}be-om/", follow=True).text
    assert [mail.recipient for mail in outbox("factor-waits")] == [leader.user.email]
    assert digits not in str(outbox("factor-waits")[0].snapshot)
    desk = client_for(leader.user)
    assert "Ola" in desk.get(CONFIRM).text

    wrong = f"{(int(digits) + 1) % 10**6:06}"
    assert "These are not the digits." in desk.post(f"{CONFIRM}{member.user.uuid}/", {"digits": wrong}).text
    assert not FactorConfirmation.objects.exists()
    desk.post(f"{CONFIRM}{member.user.uuid}/", {"digits": digits})

    confirmed = FactorConfirmation.objects.get()
    assert (confirmed.source, confirmed.confirmed_by, confirmed.user) == ("person", leader.user, member.user)
    assert [mail.recipient for mail in outbox("factor-confirmed")] == [member.user.email]
    assert client.get(STEP).status_code == 302
    assert client.get(DESK).status_code == 200
    assert "nothing to confirm" in desk.post(f"{CONFIRM}{member.user.uuid}/", {"digits": digits}, follow=True).text


def test_digits_are_others_with_one_factor_more():
    user = UserFactory()
    TOTP.activate(user, SECRET)
    before = code_of(waiting_for_confirmation(user))
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "x"})
    assert code_of(waiting_for_confirmation(user)) != before
    assert code_of([]) == ""


def test_who_may_confirm_whom(client_for):
    place = IncubatorFactory()
    leader, other = (MembershipFactory(incubator=place, leader=True).user for _ in range(2))
    moderator = MembershipFactory(incubator=place).user
    stranger = MembershipFactory(leader=True).user
    national, colleague = UserFactory(staff=True), UserFactory(staff=True)
    expected = {
        moderator: {leader, other},
        leader: {other, national, colleague},
        national: {colleague},
    }
    everyone = [leader, other, moderator, stranger, national, colleague]
    for person, confirmers in expected.items():
        TOTP.activate(person, SECRET)
        assert {user for user in everyone if user.has_perm("incubators.confirm_factor", person)} == confirmers
        assert set(people_who_confirm(person)) == confirmers
        assert {user for user in everyone if person in people_to_confirm(user)} == confirmers
    assert client_for(stranger).get(f"{CONFIRM}{moderator.uuid}/").status_code == 404


def test_nobody_confirms_their_own_factor_in_the_database():
    user = UserFactory()
    factor = TOTP.activate(user, SECRET).instance
    with pytest.raises(IntegrityError, match="factor_not_confirmed_by_its_owner"), transaction.atomic():
        confirm(factor, source="person", by=user)
    with pytest.raises(IntegrityError, match="factor_confirmed_by_only_for_person"), transaction.atomic():
        confirm(factor, source="server", by=UserFactory())


def test_recovery_code_counts_where_a_factor_is_confirmed(client_for):
    user = MembershipFactory().user
    factor = TOTP.activate(user, SECRET).instance
    codes = RecoveryCodes.activate(user).get_unused_codes()
    for number, counts in enumerate((False, True)):
        client = client_for(user, second_factor=False)
        client.post("/en/konto/2fa/reauthenticate/", {"code": codes[number], "next": DESK})
        assert (client.get(DESK).status_code == 200) == counts
        confirm(factor, source="server")


def test_first_of_national_staff_is_confirmed_on_the_server(capsys):
    user = UserFactory(staff=True)
    with pytest.raises(CommandError):
        call_command("confirm_factor", user.email)
    TOTP.activate(user, SECRET)
    call_command("confirm_factor", user.email.upper())
    assert FactorConfirmation.objects.get().source == "server"


# --- Secrets at rest --------------------------------------------------------------------------------------------------


def test_secrets_are_encrypted_in_the_database():
    user = UserFactory()
    totp, recovery = TOTP.activate(user, SECRET), RecoveryCodes.activate(user)
    stored = [row.data.get("secret") or row.data["seed"] for row in Authenticator.objects.all()]
    assert all(text.startswith(MARK) and SECRET not in text for text in stored)
    assert totp.validate_code(totp_code())
    assert recovery.validate_code(recovery.get_unused_codes()[0])


def test_command_encrypts_what_was_stored_in_the_clear(capsys):
    user = UserFactory()
    Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})
    recovery = {"seed": "ab" * 40, "used_mask": 0, "migrated_codes": ["12345678"]}
    Authenticator.objects.create(user=user, type="recovery_codes", data=recovery)

    call_command("encrypt_factors")

    assert "2 rows" in capsys.readouterr().out
    assert SECRET not in str(Authenticator.objects.values_list("data"))
    assert "12345678" not in str(Authenticator.objects.values_list("data"))
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(totp_code())
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).validate_code("12345678")


def test_keys_are_changed_without_losing_a_factor(settings):
    user = UserFactory()
    TOTP.activate(user, SECRET)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new-" + "y" * 60, [old]
    settings.MFA_KEYS = ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
    assert TOTP(Authenticator.objects.get()).validate_code(totp_code())

    assert encrypt_all() == 1

    settings.SECRET_KEY_FALLBACKS = []
    cache.clear()
    assert TOTP(Authenticator.objects.get()).validate_code(totp_code())
