from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "unlimited.users"
    label = "users"
