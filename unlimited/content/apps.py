from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "unlimited.content"
    label = "content"
