from importlib import import_module

from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "ideas"

    def ready(self):
        """Declare the kinds of mail, which a worker needs before anybody has asked for a page."""
        import_module("ideas.emails")
