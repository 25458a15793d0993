from importlib import import_module

from django.apps import AppConfig


class IncubatorsConfig(AppConfig):
    name = "incubators"

    def ready(self):
        # Only now, because they need the models: mails declare their kinds, and privacy says what is kept.
        import_module("incubators.emails")
        import_module("incubators.privacy")
