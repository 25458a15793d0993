from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self):
        # Only now, because they need the models: mails declare their kinds, and privacy says what is kept.
        import_module("events.contacts")
        import_module("events.emails")
        import_module("events.privacy")
