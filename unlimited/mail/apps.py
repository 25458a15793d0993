import importlib

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "unlimited.mail"
    label = "mail"

    def ready(self):
        importlib.import_module("unlimited.mail.emails")
        # A sender that is none would fail every mail: better not to start.
        importlib.import_module("unlimited.mail.rendering").sender_address()
