"""The server's answers in plain words, for staff."""

import re

from django.utils.translation import gettext_lazy as _

# By how `OutgoingMail.last_error` begins; the first that fits. Our own words first, then the server's numbers.
ANSWERS = [
    (r"address:", _("This is not a valid e-mail address.")),
    (
        r"(kind|template|calendar):",
        _("The mail could not be written. This is a fault of ours; tell those who look after the site."),
    ),
    (r"expired:", _("Its time ran out before it could be sent.")),
    (r"suppressed", _("This address takes no more mail.")),
    (r"lease:", _("The sending was cut off, so nobody knows whether it arrived.")),
    (r"connection:", _("The mail server could not be reached. We try again by ourselves.")),
    (r"(closed|fault):", _("The mail server broke off the conversation.")),
    (r"421", _("The mail server was busy and asked us to come back later.")),
    (r"450|451 4\.7", _("The recipient's mail server asked us to come back later.")),
    (r"452|552|\d+ [45]\.2\.2", _("The recipient's mailbox is full.")),
    (r"4\d\d", _("The recipient's mail server had a fault that should pass.")),
    (r"5\d\d 5\.1\.[1236]|551|553", _("There is no such mailbox.")),
    (r"\d+ 5\.1\.10", _("The recipient's domain takes no mail.")),
    (r"550 5\.7|554|5\d\d 5\.7", _("The recipient's mail server refused the mail, perhaps as spam.")),
    (r"530|535", _("The mail server did not accept our log-in.")),
    (r"550", _("There is no such mailbox.")),
    (r"5\d\d", _("The recipient's mail server refused the mail.")),
]


def explain(error: str) -> str:
    """Return in plain words what the server, or we, said about a mail; empty where nothing was said."""
    if not error:
        return ""
    return next((words for pattern, words in ANSWERS if re.match(pattern, error)), _("Something else went wrong."))
