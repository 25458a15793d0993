import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from incubators.models import Incubator, Membership
from unlimited.users.models import User

pytestmark = pytest.mark.django_db


def test_load_demo_makes_three_places_and_an_account_per_role_once(settings, capsys):
    settings.DEBUG = True

    call_command("load_demo")
    first = (User.objects.count(), Membership.objects.count(), EmailAddress.objects.count(), Incubator.objects.count())
    call_command("load_demo")

    assert first == (5, 5, 5, 4)
    assert first == (
        User.objects.count(),
        Membership.objects.count(),
        EmailAddress.objects.count(),
        Incubator.objects.count(),
    )
    assert {str(row) for row in Incubator.objects.places()} == {
        "Tøyen Unlimited",
        "Søndre Unlimited",
        "Storhaug Unlimited",
    }
    assert not EmailAddress.objects.filter(verified=False).exists()
    printed = capsys.readouterr().out
    for email in User.objects.values_list("email", flat=True):
        assert printed.count(email) == 2


def test_load_demo_keeps_what_was_changed(settings):
    settings.DEBUG = True
    call_command("load_demo")
    Incubator.objects.filter(slug="toyen-unlimited").update(opening_hours="Aldri")

    call_command("load_demo")

    assert Incubator.objects.get(slug="toyen-unlimited").opening_hours == "Aldri"


def test_load_demo_refuses_a_machine_in_use_unless_told(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="--yes"):
        call_command("load_demo")
    assert User.objects.count() == 0

    call_command("load_demo", "--yes")
    assert User.objects.count() == 5
