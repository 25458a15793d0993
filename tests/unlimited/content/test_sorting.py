import pytest

from incubators.models import Municipality
from unlimited.content.sorting import norwegian

pytestmark = pytest.mark.django_db


def test_norwegian_sorts_the_last_three_letters_last_and_forgives_case():
    names = ["Åmot", "Østre Toten", "Alta", "ærlig", "Zulu", "Ås", "Ärla", "Áfjord", "asker"]
    Municipality.objects.all().delete()
    for number, name in enumerate(names):
        Municipality.objects.create(number=f"{number:04}", name=name, county_number="00", county="Test")

    in_order = Municipality.objects.order_by(norwegian("name"), "number").values_list("name", flat=True)

    assert list(in_order) == ["Áfjord", "Alta", "asker", "Zulu", "Ärla", "ærlig", "Østre Toten", "Åmot", "Ås"]
