import importlib

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "unlimited.mail"
    label = "mail"

    def ready(self):
        importlib.import_module("unlimited.mail.emails")
        # A sender or an organizer that is none would fail every mail: better not to start.
        addresses = importlib.import_module("unlimited.mail.addresses")
        addresses.sender_address()
        addresses.organizer_address()
