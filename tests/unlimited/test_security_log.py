"""The security log says who came in, who got which role and what left the house, without a name or an address."""

import io
import logging
import subprocess
import sys

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from events.actions.needs import look_up_needs
from ideas.actions.case_export import export_case
from ideas.actions.concern import export_concern
from incubators.actions.people import accept_invitation, end_membership
from incubators.models import Membership
from tests.factories import (
    ConcernFactory,
    EventFactory,
    IdeaFactory,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)
from unlimited.logs import LOGGING
from unlimited.security_log import security_event, truncated
from unlimited.users.actions import erase_person, export_person
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
EMAIL = "kari.nordmann@example.no"


@pytest.fixture
def lines():
    """Return `lines()`: what the log has so far, as production writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.getLogger("security").handlers[0].formatter)
    logging.getLogger("security").addHandler(handler)
    yield lambda: stream.getvalue().splitlines()
    logging.getLogger("security").removeHandler(handler)


def one(lines: list[str], event: str) -> str:
    (line,) = [line for line in lines if f" event={event} " in line]
    assert "level=info logger=security" in line
    assert "nordmann" not in line.lower()
    return line


def test_production_writes_the_log():
    """By a process of its own with the settings as they are: level and handler let an INFO line through."""
    code = (
        "import django; django.setup(); from unlimited.security_log import security_event;"
        "security_event('login', factor='totp')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "level=info logger=security event=login factor=totp" in done.stderr
    assert LOGGING["loggers"]["security"] == {"handlers": ["stderr"], "level": "INFO", "propagate": False}


def test_login_and_a_wrong_code(client, outbox, lines):
    client.post("/en/konto/login/", {"email": EMAIL})
    client.post("/en/konto/login/code/confirm/", {"code": "000000"}, REMOTE_ADDR="192.0.2.77")
    client.post("/en/konto/login/code/confirm/", {"code": outbox("login-code")[-1].snapshot["code"]})
    user = User.objects.get(email=EMAIL)
    failed = one(lines(), "login-failed")
    assert "network=192.0.2.0/24" in failed
    assert "action=account_confirm_login_code" in failed
    assert f"user={user.uuid}" in one(lines(), "login")


def test_second_factor_added_used_and_removed(client_for, lines):
    user = UserFactory()
    client = client_for(user, second_factor=False, reauthenticated=True)
    key = TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").instance
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", counter))
    client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    client.post(reverse("mfa_reauthenticate"), {"code": code})
    client.post(reverse("mfa_deactivate_totp"))
    for event in ("factor-failed", "factor-used", "factor-removed"):
        assert f"factor={key.type}" in one(lines(), event) or event == "factor-failed"
        assert f"user={user.uuid}" in one(lines(), event)


def test_role_granted_and_ended(lines):
    leader = MembershipFactory(role=Membership.Role.LEADER)
    invitation = InvitationFactory(incubator=leader.incubator, role="moderator", email=EMAIL, invited_by=leader.user)
    guest = UserFactory(email=EMAIL, name="Kari Nordmann")
    membership = accept_invitation(invitation=invitation, by=guest)
    end_membership(membership=membership, by=leader.user)
    for event, actor in (("role-granted", guest), ("role-ended", leader.user)):
        line = one(lines(), event)
        assert f"actor={actor.uuid} user={guest.uuid}" in line
        assert "role=moderator" in line


def test_what_leaves_the_house(lines):
    person, staff = UserFactory(email=EMAIL), MembershipFactory().user
    concern = ConcernFactory()
    export_person(by=person)
    look_up_needs(event=EventFactory(), by=staff)
    export_case(idea=IdeaFactory(accepted=True), by=staff, form="json", asked_by="Nordmann", has_author=True)
    export_concern(concern=concern, by=staff, whom="Nordmann")
    assert f"actor={person.uuid}" in one(lines(), "export")
    for event in ("needs-looked-up", "case-handed-out", "concern-handed-over"):
        assert f"actor={staff.uuid}" in one(lines(), event)


def test_erasure_is_logged_and_leaves_no_pseudonym(lines):
    person = UserFactory(email=EMAIL)
    pseudonym = str(person.uuid)
    erase_person(by=person)
    assert f"actor={pseudonym}" in one(lines(), "erasure")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("nonsense", ""),
    ],
)
def test_network_is_no_address(address, network):
    assert truncated(address) == network


def test_a_value_cannot_begin_a_line_of_its_own(lines):
    security_event("login", factor="x\nlevel=info event=forged")
    assert len(lines()) == 1
