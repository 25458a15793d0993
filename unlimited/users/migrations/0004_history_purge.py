"""The only way in which the history loses rows: by age, fixed here, whoever calls it.

The function runs with the rights of its owner, so that the site's own database role needs no DELETE on the history.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION history_purge() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    removed bigint;
    total bigint := 0;
BEGIN
    FOR name IN
        SELECT columns.table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND column_name = 'pgh_created_at' AND table_type = 'BASE TABLE'
    LOOP
        EXECUTE format('DELETE FROM %I WHERE pgh_created_at < now() - interval ''2 years''', name);
        GET DIAGNOSTICS removed = ROW_COUNT;
        total := total + removed;
    END LOOP;
    DELETE FROM pghistory_context WHERE created_at < now() - interval '2 years';
    RETURN total;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [('users', '0003_history')]

    operations = [migrations.RunSQL(FORWARDS, "DROP FUNCTION history_purge()")]
