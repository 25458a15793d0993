"""Sessions in the database, as Django's; a cookie that cannot be a session's is none."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore


class SessionStore(DatabaseSessionStore):
    def _validate_session_key(self, key) -> bool:
        """A NUL, which a quoted cookie can carry, would be a fault of the database and not of whoever sent it."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()
