import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from incubators import demo
from incubators.models import Incubator, Membership
from unlimited.users.models import User

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (User, EmailAddress, Incubator, Membership)}


def test_load_demo_makes_three_places_and_an_account_per_role_once(settings, capsys):
    settings.DEBUG = True

    call_command("load_demo")
    first = counts()
    call_command("load_demo")

    assert counts() == first
    assert {str(row) for row in Incubator.objects.places()} == {
        "Tøyen Unlimited",
        "Søndre Unlimited",
        "Storhaug Unlimited",
    }
    printed = capsys.readouterr().out
    for email, role in demo.log_ins():
        assert EmailAddress.objects.filter(user__email=email, email=email, verified=True, primary=True).exists()
        assert f"{email:<26} {role}\n" in printed


def test_load_demo_gives_each_account_its_role(settings):
    settings.DEBUG = True
    call_command("load_demo")

    roles = {
        (membership.user.email.partition("@")[0], membership.role, membership.incubator.slug)
        for membership in Membership.objects.current().select_related("user", "incubator")
    }
    assert roles >= {
        ("moderator", "moderator", "toyen-unlimited"),
        ("moderator", "moderator", "nasjonalt-mottak"),
        ("leder", "leader", "toyen-unlimited"),
        ("stottespiller", "supporter", "toyen-unlimited"),
        ("nasjonal", "moderator", "nasjonalt-mottak"),
    }
    assert list(User.objects.filter(is_staff=True).values_list("email", flat=True)) == ["nasjonal@example.no"]


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
    assert User.objects.filter(email="moderator@example.no").exists()
