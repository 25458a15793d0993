"""The list of themes: what it begins with, and who edits it."""

import pytest
from django.utils import translation

from ideas.models import Theme
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nb", "Arbeidsledighet Ensomhet Mobbing Inkludering Fattigdom Kriminalitet Annet"),
        ("nn", "Arbeidsløyse Einsemd Mobbing Inkludering Fattigdom Kriminalitet Anna"),
    ],
)
def test_list_begins_with_the_challenges_of_the_method(language, names):
    with translation.override(language):
        assert " ".join(theme.name for theme in Theme.objects.filter(position__lte=7)) == names


@pytest.mark.parametrize("who", ["national", "leader", "resident"])
def test_national_staff_edit_the_list_and_delete_nothing(client_for, who):
    user = MembershipFactory(leader=True).user if who == "leader" else UserFactory(staff=who == "national")
    theme = Theme.objects.get(slug="annet")
    fields = {"slug": "annet", "name_nb": "Noe annet", "name_nn": "Noko anna", "name_en": "Other", "position": 9}

    client = client_for(user)
    client.post(f"/admin/ideas/theme/{theme.pk}/change/", fields)
    client.post(f"/admin/ideas/theme/{theme.pk}/delete/", {"post": "yes"})

    theme.refresh_from_db()
    assert theme.name_nb == ("Noe annet" if who == "national" else "Annet")
    assert theme.is_active == (who != "national")
