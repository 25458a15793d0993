"""The outbox's own kind of mail: what the framework wants to send, such as errors to administrators."""

from unlimited.mail.kinds import MailKind, Priority, register

PLAIN = register(MailKind("plain-message", priority=Priority.BULK, is_verbatim=True))
