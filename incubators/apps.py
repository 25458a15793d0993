from importlib import import_module

from django.apps import AppConfig


class IncubatorsConfig(AppConfig):
    name = "incubators"

    def ready(self):
        # Only now, for they need the models: mails declare their kinds, promises join, privacy says what is kept.
        import_module("incubators.contacts")
        import_module("incubators.emails")
        import_module("incubators.privacy")
        import_module("incubators.actions.founding")
