"""The backstop: the database counts the seats that are taken, and lets no cancelled seat come back to life.

`Event.seats_taken` and its constraint refuse what a forgotten lock would oversell. Triggers by statement, so that a party
of a hundred counts once.
"""

from django.db import migrations

COUNT = """
CREATE FUNCTION events_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE events_event SET seats_taken = seats_taken + change.seats
        FROM (
            SELECT event_id, count(*) AS seats FROM new_seats
            WHERE status IN ('seated', 'offered', 'attended') GROUP BY event_id
        ) AS change
        WHERE events_event.id = change.event_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE events_event SET seats_taken = seats_taken - change.seats
        FROM (
            SELECT event_id, count(*) AS seats FROM old_seats
            WHERE status IN ('seated', 'offered', 'attended') GROUP BY event_id
        ) AS change
        WHERE events_event.id = change.event_id;
    ELSE
        UPDATE events_event SET seats_taken = seats_taken + change.seats
        FROM (
            SELECT event_id, sum(seats) AS seats FROM (
                SELECT event_id, 1 AS seats FROM new_seats WHERE status IN ('seated', 'offered', 'attended')
                UNION ALL
                SELECT event_id, -1 FROM old_seats WHERE status IN ('seated', 'offered', 'attended')
            ) AS both_sides GROUP BY event_id HAVING sum(seats) <> 0
        ) AS change
        WHERE events_event.id = change.event_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER events_seats_inserted AFTER INSERT ON events_seat
    REFERENCING NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION events_count_seats();
CREATE TRIGGER events_seats_updated AFTER UPDATE ON events_seat
    REFERENCING OLD TABLE AS old_seats NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION events_count_seats();
CREATE TRIGGER events_seats_deleted AFTER DELETE ON events_seat
    REFERENCING OLD TABLE AS old_seats FOR EACH STATEMENT EXECUTE FUNCTION events_count_seats();
"""
NO_COUNT = """
DROP TRIGGER events_seats_inserted ON events_seat;
DROP TRIGGER events_seats_updated ON events_seat;
DROP TRIGGER events_seats_deleted ON events_seat;
DROP FUNCTION events_count_seats();
"""
FINAL = """
CREATE FUNCTION events_cancelled_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'seat % is cancelled, and that is final', OLD.uuid USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER events_cancelled_is_final BEFORE UPDATE OF status ON events_seat
    FOR EACH ROW WHEN (OLD.status = 'cancelled' AND NEW.status <> 'cancelled')
    EXECUTE FUNCTION events_cancelled_is_final();
"""
NOT_FINAL = """
DROP TRIGGER events_cancelled_is_final ON events_seat;
DROP FUNCTION events_cancelled_is_final();
"""


class Migration(migrations.Migration):

    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunSQL(COUNT, NO_COUNT), migrations.RunSQL(FINAL, NOT_FINAL)]
