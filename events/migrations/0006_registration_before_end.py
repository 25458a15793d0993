from django.db import migrations, models
from django.db.models import F, Q


def end_registration_with_the_event(apps, schema_editor):
    """Registration was never open after the event's end, so an earlier time changes nothing for anybody."""
    events = apps.get_model("events", "Event").objects
    # Closing before opening is refused as well, so what opens at the end or later does not close.
    events.filter(registration_opens_at__gte=F("ends_at")).update(
        registration_opens_at=F("ends_at"), registration_closes_at=None
    )
    events.filter(registration_closes_at__gt=F("ends_at")).update(registration_closes_at=F("ends_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_link_versions'),
    ]

    operations = [
        migrations.RunPython(end_registration_with_the_event, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(
                condition=(Q(registration_opens_at=None) | Q(registration_opens_at__lte=F('ends_at')))
                & (Q(registration_closes_at=None) | Q(registration_closes_at__lte=F('ends_at'))),
                name='event_registration_before_end',
            ),
        ),
    ]
