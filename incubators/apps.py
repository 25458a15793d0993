from importlib import import_module

from django.apps import AppConfig


class IncubatorsConfig(AppConfig):
    name = "incubators"

    def ready(self):
        # Declares the kinds of mail; only now, because it needs the models.
        import_module("incubators.emails")
