from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "ideas"

    def ready(self) -> None:
        """Declare the mails of this app, which a worker needs before anybody has asked for a page."""
        from ideas import emails  # noqa: F401
