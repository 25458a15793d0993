from django.db import migrations, models
from django.db.models import Q


def call_districts_without_municipality_organisations(apps, schema_editor):
    """Nobody knows which municipality they are in. They keep their name, which stands in `district`."""
    parties = apps.get_model("events", "Registration").objects
    parties.filter(kind="district", municipality=None).update(kind="organisation")


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0010_search_text'),
    ]

    operations = [
        migrations.RunPython(call_districts_without_municipality_organisations, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='registration',
            name='registration_municipality_named',
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(
                condition=~Q(kind__in=['municipality', 'district']) | Q(municipality__isnull=False),
                name='registration_municipality_named',
            ),
        ),
    ]
