from django.apps import AppConfig


class IncubatorsConfig(AppConfig):
    name = "incubators"
