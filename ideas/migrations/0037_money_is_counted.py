"""A budget's `given` is the sum of what its agreements and grants hold, whatever changes or deletes a row.

Triggers by statement, so that many agreements that end at once count once. An agreement with money that is deleted, by
an action, a cascade or by hand, leaves a grant: a row without a person. The budget is lowered before the grant raises
it, so that its constraint holds in between.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION ideas_agreement_holds(status varchar, kroner integer, spent integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN status IN ('proposed', 'agreed') THEN kroner
        WHEN status = 'ended' THEN coalesce(spent, kroner)
        ELSE 0
    END
$$;

CREATE FUNCTION ideas_count_agreements() RETURNS trigger LANGUAGE plpgsql AS $$
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
        INSERT INTO ideas_grant (uuid, budget_id, step, kroner, spent, ended_at)
        SELECT gen_random_uuid(), budget_id, step, kroner, spent, coalesce(ended_at, now())
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
CREATE TRIGGER ideas_agreements_inserted AFTER INSERT ON ideas_agreement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ideas_count_agreements();
CREATE TRIGGER ideas_agreements_updated AFTER UPDATE ON ideas_agreement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ideas_count_agreements();
CREATE TRIGGER ideas_agreements_deleted AFTER DELETE ON ideas_agreement
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ideas_count_agreements();

CREATE FUNCTION ideas_count_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        UPDATE ideas_budget SET given = given - change.kroner
        FROM (
            SELECT budget_id, sum(coalesce(spent, kroner)) AS kroner FROM old_rows GROUP BY budget_id
        ) AS change
        WHERE ideas_budget.id = change.budget_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE ideas_budget SET given = given + change.kroner
        FROM (
            SELECT budget_id, sum(coalesce(spent, kroner)) AS kroner FROM new_rows GROUP BY budget_id
        ) AS change
        WHERE ideas_budget.id = change.budget_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ideas_grants_inserted AFTER INSERT ON ideas_grant
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ideas_count_grants();
CREATE TRIGGER ideas_grants_updated AFTER UPDATE ON ideas_grant
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ideas_count_grants();
CREATE TRIGGER ideas_grants_deleted AFTER DELETE ON ideas_grant
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ideas_count_grants();
"""
NO_COUNT = """
DROP TRIGGER ideas_agreements_inserted ON ideas_agreement;
DROP TRIGGER ideas_agreements_updated ON ideas_agreement;
DROP TRIGGER ideas_agreements_deleted ON ideas_agreement;
DROP FUNCTION ideas_count_agreements();
DROP FUNCTION ideas_agreement_holds(varchar, integer, integer);
DROP TRIGGER ideas_grants_inserted ON ideas_grant;
DROP TRIGGER ideas_grants_updated ON ideas_grant;
DROP TRIGGER ideas_grants_deleted ON ideas_grant;
DROP FUNCTION ideas_count_grants();
"""
# Money whose agreement was deleted before there were grants: the leader is asked what was spent.
# Runs once the triggers are there, so the grants themselves bring `given` back to what it was.
LOST = """
CREATE TEMPORARY TABLE ideas_held ON COMMIT DROP AS
    SELECT budget.id, budget.given, coalesce(sum(
        ideas_agreement_holds(agreement.status, agreement.kroner, agreement.spent)
    ), 0) AS kroner
    FROM ideas_budget AS budget LEFT JOIN ideas_agreement AS agreement ON agreement.budget_id = budget.id
    GROUP BY budget.id;
UPDATE ideas_budget SET given = ideas_held.kroner FROM ideas_held
    WHERE ideas_held.id = ideas_budget.id AND ideas_held.kroner <> ideas_held.given;
INSERT INTO ideas_grant (uuid, budget_id, step, kroner, spent, ended_at)
    SELECT gen_random_uuid(), id, '', given - kroner, NULL, now() FROM ideas_held WHERE given > kroner;
"""


class Migration(migrations.Migration):

    dependencies = [("ideas", "0036_grants")]

    operations = [
        migrations.RunSQL(COUNT, NO_COUNT),
        migrations.RunSQL(LOST, migrations.RunSQL.noop),
    ]
