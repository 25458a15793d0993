from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "unlimited.mail"
    label = "mail"
