"""What should be in place at each stage. National staff edit it from here on."""

from django.db import migrations

ITEMS = (
    ("pilot-place", "pilot", "Et sted i nabolaget der folk kan komme innom", "Ein stad i nabolaget der folk kan komme innom", "A place in the neighbourhood where people can drop in"),
    ("pilot-people", "pilot", "En leder og minst én støttespiller", "Ein leiar og minst éin støttespelar", "A leader and at least one supporter"),
    ("pilot-ideas", "pilot", "De første idéene er svart på innen fristen", "Dei første ideane er svarte på innan fristen", "The first ideas are answered within the time promised"),
    ("pilot-trial", "pilot", "Minst én idé er prøvd ut i praksis", "Minst éin idé er prøvd ut i praksis", "At least one idea has been tried out in practice"),
    ("adjust-learned", "adjust", "Det som ikke virket, er skrevet ned og endret", "Det som ikkje verka, er skrive ned og endra", "What did not work is written down and changed"),
    ("adjust-municipality", "adjust", "Kommunen eller bydelen vet hva som skjer her", "Kommunen eller bydelen veit kva som skjer her", "The municipality or district knows what happens here"),
    ("adjust-network", "adjust", "De som har idéer, møter hverandre jevnlig", "Dei som har idear, møter kvarandre jamleg", "Those who have ideas meet each other regularly"),
    ("established-money", "established", "Pengene til driften er avtalt for mer enn ett år", "Pengane til drifta er avtalte for meir enn eitt år", "The money to run it is agreed for more than a year"),
    ("established-owner", "established", "Det er avgjort hvem som eier og driver inkubatoren", "Det er avgjort kven som eig og driv inkubatoren", "It is decided who owns and runs the incubator"),
    ("established-report", "established", "Effekten er dokumentert og delt", "Effekten er dokumentert og delt", "The effect is documented and shared"),
)


def make_items(apps, schema_editor):
    item_model = apps.get_model("incubators", "ChecklistItem")
    for position, (slug, stage, name_nb, name_nn, name_en) in enumerate(ITEMS, 1):
        names = {"name_nb": name_nb, "name_nn": name_nn, "name_en": name_en}
        item_model.objects.get_or_create(slug=slug, defaults={"stage": stage, "position": position * 10, **names})


class Migration(migrations.Migration):
    dependencies = [("incubators", "0005_stage")]

    operations = [migrations.RunPython(make_items, migrations.RunPython.noop)]
