from importlib import import_module

from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "ideas"

    def ready(self):
        """Read the modules that declare mails and promises, hear of log-ins, and say what is kept about a person."""
        import_module("ideas.emails")
        import_module("ideas.drafts")
        import_module("ideas.privacy")
        import_module("ideas.actions.promise")
        import_module("ideas.acts")
