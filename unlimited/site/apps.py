from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "unlimited.site"
    label = "site"
