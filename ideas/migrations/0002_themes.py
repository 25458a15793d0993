"""The societal challenges that the method names, and one for all else. Staff edit the list afterwards."""

from django.db import migrations

THEMES = [
    ("arbeidsledighet", "Arbeidsledighet", "Arbeidsløyse", "Unemployment"),
    ("ensomhet", "Ensomhet", "Einsemd", "Loneliness"),
    ("mobbing", "Mobbing", "Mobbing", "Bullying"),
    ("inkludering", "Inkludering", "Inkludering", "Inclusion"),
    ("fattigdom", "Fattigdom", "Fattigdom", "Poverty"),
    ("kriminalitet", "Kriminalitet", "Kriminalitet", "Crime"),
    ("annet", "Annet", "Anna", "Something else"),
]


def seed(apps, schema_editor):
    Theme = apps.get_model("ideas", "Theme")
    for position, (slug, nb, nn, en) in enumerate(THEMES, start=1):
        names = {"name_nb": nb, "name_nn": nn, "name_en": en, "position": position}
        Theme.objects.get_or_create(slug=slug, defaults=names)


class Migration(migrations.Migration):
    dependencies = [("ideas", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
