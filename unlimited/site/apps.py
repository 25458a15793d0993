from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "unlimited.site"
    label = "site"

    def ready(self):
        # Mails declare their kinds, promises join, and privacy says what is kept, as these modules are read.
        import_module("unlimited.site.emails")
        import_module("unlimited.site.actions")
        import_module("unlimited.site.privacy")
