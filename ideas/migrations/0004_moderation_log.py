"""The log says what was done and at which revision, so that a stale form can be told what happened since."""

from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("submitted", "Sent in"),
    ("taken", "Took the case"),
    ("released", "Put the case back"),
    ("changes_requested", "Asked for changes"),
    ("accepted", "Took the idea in"),
    ("declined", "Declined, with a reason"),
    ("paused", "Put on hold"),
    ("resumed", "Started again"),
    ("ended", "Ended"),
    ("step_changed", "Moved to another step"),
    ("hidden", "Hidden from the public pages"),
    ("shown", "Shown on the public pages again"),
    ("withdrawn", "Withdrawn by the author"),
]


class Migration(migrations.Migration):
    dependencies = [("ideas", "0003_seed_themes"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AlterModelOptions(
            name="transition",
            options={
                "ordering": ["at", "id"],
                "verbose_name": "change of an idea",
                "verbose_name_plural": "changes of ideas",
            },
        ),
        migrations.RemoveConstraint(model_name="transition", name="transition_has_reason"),
        migrations.AddField(
            model_name="transition",
            name="kind",
            field=models.CharField(choices=KINDS, default="submitted", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="transition",
            name="revision",
            field=models.PositiveIntegerField(default=0, help_text="The idea's revision after this change."),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.UniqueConstraint(fields=("idea", "revision"), name="transition_one_per_revision"),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(condition=~models.Q(kind=""), name="transition_has_kind"),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(
                condition=~models.Q(kind__in=["changes_requested", "paused", "ended", "hidden"])
                | ~models.Q(reason=""),
                name="transition_has_reason",
            ),
        ),
    ]
