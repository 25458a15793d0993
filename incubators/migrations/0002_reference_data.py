"""What no installation can run without: the municipalities of 2024, and the national intake."""

import csv
from pathlib import Path

from django.db import migrations

MUNICIPALITIES = Path(__file__).resolve().parent.parent / "data/municipalities_2024.csv"


def load_municipalities(apps, schema_editor):
    municipality_model = apps.get_model("incubators", "Municipality")
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        municipality_model.objects.bulk_create(
            [
                municipality_model(
                    number=row["kommunenummer"],
                    name=row["kommunenavn"],
                    county_number=row["fylkesnummer"],
                    county=row["fylkesnavn"],
                )
                for row in csv.DictReader(file)
            ],
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=["name", "county_number", "county"],
        )


def make_national_intake(apps, schema_editor):
    apps.get_model("incubators", "Incubator").objects.get_or_create(
        is_national_intake=True,
        defaults={
            "slug": "nasjonalt-mottak",
            "name": "Norge Unlimited",
            "legal_status": "association",
            "stage": "established",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("incubators", "0001_initial")]

    operations = [
        migrations.RunPython(load_municipalities, migrations.RunPython.noop),
        migrations.RunPython(make_national_intake, migrations.RunPython.noop),
    ]
