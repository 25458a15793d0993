"""The mails about events."""

from events.emails.announcements import ANNOUNCEMENT, announcement_facts, mail_announcement
from events.emails.cancelling import (
    Giver,
    mail_contact_gone,
    mail_contacts_cancelled,
    mail_given_back,
    mail_line_lost,
    mail_seats_cancelled,
)
from events.emails.changes import mail_event_changed, mail_line_of_change, mail_moved_to_line
from events.emails.facts import contact_subject, online_words, participant_subject, registration_subject
from events.emails.outbox import latest_mails, party_mails
from events.emails.pages import mail_needs_code, mail_own_link, mail_participant_link, mail_party_link
from events.emails.party import mail_contact_asked, mail_contact_changed, mail_people_added
from events.emails.registration import (
    already_registered,
    mail_moved_in,
    mail_registered,
    mail_seats_confirmed,
    mail_unconfirmed,
)
from events.emails.reminders import cancel_reminders, mail_name_your_seats, mail_reminders, mail_unnamed_released
from events.emails.waitlist import (
    mail_fewer_free,
    mail_offer,
    mail_offer_accepted,
    mail_offer_declined,
    mail_offer_expired,
)

__all__ = [
    "ANNOUNCEMENT",
    "Giver",
    "already_registered",
    "announcement_facts",
    "cancel_reminders",
    "contact_subject",
    "latest_mails",
    "mail_announcement",
    "mail_contact_asked",
    "mail_contact_changed",
    "mail_contact_gone",
    "mail_contacts_cancelled",
    "mail_event_changed",
    "mail_fewer_free",
    "mail_given_back",
    "mail_line_lost",
    "mail_line_of_change",
    "mail_moved_in",
    "mail_moved_to_line",
    "mail_name_your_seats",
    "mail_needs_code",
    "mail_offer",
    "mail_offer_accepted",
    "mail_offer_declined",
    "mail_offer_expired",
    "mail_own_link",
    "mail_participant_link",
    "mail_party_link",
    "mail_people_added",
    "mail_registered",
    "mail_reminders",
    "mail_seats_cancelled",
    "mail_seats_confirmed",
    "mail_unconfirmed",
    "mail_unnamed_released",
    "online_words",
    "participant_subject",
    "party_mails",
    "registration_subject",
]
