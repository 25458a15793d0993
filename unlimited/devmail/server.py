"""What the development's SMTP server does with a mail. Apart from the views, which run where aiosmtpd is not."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from unlimited.devmail.mailbox import Mailbox


class Receiver:
    """Takes every mail and puts it into the mailbox."""

    def __init__(self, mailbox: Mailbox):
        self.mailbox = mailbox
        self.mailbox.prune()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mailbox.store(envelope.content, envelope.rcpt_tos)
        return "250 OK"
