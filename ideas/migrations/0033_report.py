"""When an organisation was founded, and the backstop of reports that are sent: what they said cannot be changed."""

from django.db import migrations, models

FROZEN = """
CREATE FUNCTION ideas_report_stays_as_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'report_is_frozen' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_is_frozen';
END $$;
CREATE TRIGGER report_stays_as_sent
    BEFORE UPDATE OF incubator_id, municipality_id, district, starts_on, ends_on, version, figures, words, frozen_at
    ON ideas_report FOR EACH ROW EXECUTE FUNCTION ideas_report_stays_as_sent();
"""
NOT_FROZEN = """
DROP TRIGGER report_stays_as_sent ON ideas_report;
DROP FUNCTION ideas_report_stays_as_sent();
"""


class Migration(migrations.Migration):
    dependencies = [("ideas", "0029_effect_stories_reports")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="founded_on",
            field=models.DateField(blank=True, help_text="From then on it counts in reports.", null=True),
        ),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
