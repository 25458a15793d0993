"""A reason more why support can end. The database keeps the word alone: nothing is changed in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ideas", "0033_report")]

    operations = [
        migrations.AlterField(
            model_name="supportrelation",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("finished", "What we wanted to do together is done"),
                    ("handed_over", "Handed over to a colleague"),
                    ("no_time", "There is no time for it any more"),
                    ("no_fit", "Someone else is a better match"),
                    ("left", "The supporter no longer works here"),
                    ("moved", "The idea has moved to another incubator"),
                    ("closed", "The work with the idea is over"),
                ],
                max_length=20,
            ),
        )
    ]
