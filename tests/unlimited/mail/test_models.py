import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from unlimited.mail.models import OutgoingMail, Suppression

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("mail_key_and_message_id", {"key": ""}),
        ("mail_sent_has_time", {"status": "sent", "finished_at": NOW}),
        ("mail_sent_has_time", {"sent_at": NOW}),
        ("mail_finished_has_time", {"status": "cancelled"}),
        ("mail_finished_has_time", {"finished_at": NOW}),
        ("mail_finished_has_time", {"status": "lost", "finished_at": NOW}),
        ("mail_sending_has_lease", {"status": "sending"}),
        ("mail_sending_has_lease", {"status": "sending", "lease_until": LATER}),
        ("mail_sending_has_lease", {"claimed_by": "somebody"}),
        ("mail_sending_has_lease", {"lease_until": LATER}),
        ("mail_failure_has_error", {"status": "failed", "finished_at": NOW}),
        ("mail_failure_has_error", {"status": "uncertain", "finished_at": NOW}),
        ("mail_secret_wiped", {"is_secret": True, "expires_at": LATER, "status": "cancelled", "finished_at": NOW}),
        ("mail_subjects_of_snapshot", {"snapshot": {}, "subjects": {"person:1": [["name"]]}}),
        ("mail_secret_expires", {"is_secret": True}),
        ("mail_expires_after_due", {"due_at": LATER, "expires_at": NOW}),
    ],
)
def test_the_database_refuses(put, constraint, values):
    mail = put()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(**values)


@pytest.mark.parametrize(
    ("constraint", "field"), [("mail_key_unique", "key"), ("mail_message_id_unique", "message_id")]
)
def test_the_database_refuses_a_second_one(put, constraint, field):
    first, second = put("a"), put("b")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OutgoingMail.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})


def test_the_database_refuses_an_address_suppressed_twice():
    Suppression.objects.create(address="kari@example.no")
    with pytest.raises(IntegrityError, match="suppression_address_unique"), transaction.atomic():
        Suppression.objects.create(address="Kari@example.no")
