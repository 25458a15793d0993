"""What the log already knows: which day each answer was promised by, and when staff last acted. One UPDATE each.

The idea remembers the promise of its latest submission alone, so answers to earlier ones have no day and are not counted.
"""

from django.db import migrations

ANSWERS = """
    UPDATE ideas_transition change SET due_on = idea.answer_due_on
      FROM ideas_idea idea
     WHERE idea.id = change.idea_id AND change.at = idea.answered_at AND change.due_on IS NULL
       AND change.to_status IN ('accepted', 'declined', 'changes_requested') AND change.from_status <> change.to_status
"""
ACTED = """
    UPDATE ideas_idea idea SET staff_acted_at = acted.at
      FROM (
        SELECT idea_id, max(at) AS at FROM (
            SELECT idea_id, at FROM ideas_transition WHERE kind NOT IN ('submitted', 'withdrawn')
            UNION ALL
            SELECT id, answered_at FROM ideas_idea WHERE answered_at IS NOT NULL
            UNION ALL
            SELECT note.idea_id, note.created_at FROM ideas_note note JOIN ideas_idea written ON written.id = note.idea_id
             WHERE note.audience = 'author' AND note.author_id IS DISTINCT FROM written.author_id
        ) AS done GROUP BY idea_id
      ) AS acted
     WHERE acted.idea_id = idea.id AND idea.staff_acted_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("ideas", "0006_promises")]

    operations = [
        migrations.RunSQL(ANSWERS, migrations.RunSQL.noop),
        migrations.RunSQL(ACTED, migrations.RunSQL.noop),
    ]
