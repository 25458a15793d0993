from importlib import import_module

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "unlimited.users"
    label = "users"

    def ready(self):
        # Mails declare their kinds, and privacy says what is kept, as these modules are read.
        import_module("unlimited.users.emails")
        import_module("unlimited.users.privacy")
        import_module("unlimited.users.erasures")
        import_module("unlimited.users.idle")
        import_module("unlimited.users.form_drafts")
        import_module("unlimited.users.security").listen()
