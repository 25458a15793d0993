from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "unlimited.runs"
    label = "runs"
