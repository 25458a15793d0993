"""The partners that the network names itself, and a kind for each way on that was written before there were kinds."""

from django.db import migrations

PARTNERS = [
    (
        "Ferd Sosiale Entreprenører",
        "https://ferd.no/sosiale-entreprenorer/",
        "Gir sosiale entreprenører kapital, kompetanse og nettverk.",
        "Gjev sosiale entreprenørar kapital, kompetanse og nettverk.",
        "Gives social entrepreneurs capital, know-how and a network.",
    ),
    (
        "Impact StartUp",
        "",
        "Kurs og sparring for sosiale entreprenører som er tidlig på vei.",
        "Kurs og sparring for sosiale entreprenørar som er tidleg på veg.",
        "A programme for social entrepreneurs who have just begun.",
    ),
    (
        "Samfunnssentralen",
        "",
        "Har arbeidet med sosialt entreprenørskap i mange år.",
        "Har arbeidd med sosialt entreprenørskap i mange år.",
        "Has worked with social entrepreneurship for many years.",
    ),
    (
        "SoCentral",
        "",
        "Et arbeidsfellesskap for dem som lager nye løsninger på tvers av fag og sektorer.",
        "Eit arbeidsfellesskap for dei som lagar nye løysingar på tvers av fag og sektorar.",
        "A place to work for those who find new solutions across trades and sectors.",
    ),
]


def seed(apps, schema_editor):
    Partner = apps.get_model("ideas", "Partner")
    for name, url, nb, nn, en in PARTNERS:
        texts = {"url": url, "about_nb": nb, "about_nn": nn, "about_en": en}
        Partner.objects.get_or_create(incubator=None, name=name, defaults=texts)


def name_old_ways(apps, schema_editor):
    apps.get_model("ideas", "Transition").objects.exclude(way_on="").filter(way_on_kind="").update(way_on_kind="other")


class Migration(migrations.Migration):
    dependencies = [("ideas", "0003_answers")]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunPython(name_old_ways, migrations.RunPython.noop),
    ]
