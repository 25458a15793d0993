"""One mailbox is one address, however it is written; what no mail can reach is refused with words."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from tests.factories import IncubatorFactory, MembershipFactory, UserFactory
from unlimited.mail.forms import LONGEST_ADDRESS, AddressField
from unlimited.users.models import User

TOO_LONG = "a@" + ".".join(["b" * 60] * 5) + ".no"
# Django's own validator takes these four letters for Latin ones.
LOOK_ALIKES = ("\u017ftaff@example.no", "\u0131da@example.no", "\u0130da@example.no")


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (" Kari@Example.NO ", "kari@example.no"),
        ("\u212aari@example.no", "kari@example.no"),
        ("kari@\u017fite.no", "kari@site.no"),
        ("kari@BLÅBÆR.no", "kari@blåbær.no"),
        ("kari@xn--blbr-roah.no", "kari@blåbær.no"),
    ],
)
def test_address_is_written_in_one_way(typed, known):
    assert AddressField().clean(typed) == known


@pytest.mark.parametrize("typed", [*LOOK_ALIKES, "blåbær@example.no", TOO_LONG, "a" * 65 + "@example.no", "a@b\x00.no"])
def test_address_that_no_mail_reaches_is_refused(typed):
    with pytest.raises(ValidationError):
        AddressField().clean(typed)


def test_address_may_be_left_out_where_it_is_not_asked():
    assert AddressField(required=False).clean("") == ""


def test_longest_address_is_what_an_account_takes():
    assert User._meta.get_field("email").max_length == LONGEST_ADDRESS


@pytest.mark.django_db
@pytest.mark.parametrize("email", [*LOOK_ALIKES, TOO_LONG])
def test_nobody_is_locked_out_by_an_account_of_look_alike_letters(client, email):
    cache.clear()
    assert client.post("/en/konto/login/", {"email": email}).context["form"].errors["email"]
    assert not User.objects.exists()
    for owned in ("staff@example.no", "ida@example.no"):
        assert Client().post("/en/konto/login/", {"email": owned}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("email", [LOOK_ALIKES[0], TOO_LONG])
def test_no_form_takes_an_address_that_no_mail_reaches(client_for, email):
    UserFactory(email="staff@example.no")
    leader = MembershipFactory(leader=True, incubator=IncubatorFactory(slug="kvartalet"))
    client = client_for(leader.user)
    for path, fields, answer in (
        ("/en/tilgjengelighet/", {"text": "I cannot read it."}, 422),
        ("/en/arbeidsflate/inkubatorer/kvartalet/folk/", {"role": "supporter"}, 422),
        ("/en/konto/email/", {"action_add": ""}, 200),
    ):
        page = client.post(path, {**fields, "email": email}, follow=True)
        assert page.status_code == answer, path
        assert email not in User.objects.values_list("email", flat=True)
    assert not leader.incubator.invitations.exists()
