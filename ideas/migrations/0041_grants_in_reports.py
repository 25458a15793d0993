"""A grant keeps when its agreement was agreed on, so that a report counts what was promised in its period."""

from django.db import migrations, models

COUNT = """
CREATE OR REPLACE FUNCTION ideas_count_agreements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE ideas_budget SET given = given + change.kroner
        FROM (
            SELECT budget_id, sum(ideas_agreement_holds(status, kroner, spent)) AS kroner
            FROM new_rows WHERE budget_id IS NOT NULL GROUP BY budget_id
        ) AS change
        WHERE ideas_budget.id = change.budget_id AND change.kroner <> 0;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE ideas_budget SET given = given - change.kroner
        FROM (
            SELECT budget_id, sum(ideas_agreement_holds(status, kroner, spent)) AS kroner
            FROM old_rows WHERE budget_id IS NOT NULL GROUP BY budget_id
        ) AS change
        WHERE ideas_budget.id = change.budget_id AND change.kroner <> 0;
        INSERT INTO ideas_grant (uuid, budget_id, step, kroner, spent, ended_at{column})
        SELECT gen_random_uuid(), budget_id, step, kroner, spent, coalesce(ended_at, now()){value}
        FROM old_rows
        WHERE budget_id IS NOT NULL AND status IN ('agreed', 'ended') AND coalesce(spent, kroner) > 0;
    ELSE
        UPDATE ideas_budget SET given = given + change.kroner
        FROM (
            SELECT budget_id, sum(kroner) AS kroner FROM (
                SELECT budget_id, ideas_agreement_holds(status, kroner, spent) AS kroner FROM new_rows
                UNION ALL
                SELECT budget_id, -ideas_agreement_holds(status, kroner, spent) FROM old_rows
            ) AS both_sides WHERE budget_id IS NOT NULL GROUP BY budget_id HAVING sum(kroner) <> 0
        ) AS change
        WHERE ideas_budget.id = change.budget_id;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("ideas", "0040_delays_of_appeals")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="answered_at",
            field=models.DateTimeField(blank=True, help_text="When the author agreed to it.", null=True),
        ),
        migrations.RunSQL(
            COUNT.format(column=", answered_at", value=", answered_at"), COUNT.format(column="", value="")
        ),
    ]
