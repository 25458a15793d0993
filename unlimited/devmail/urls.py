"""`/dev/mail/`, on a developer's machine and nowhere else."""

from django.conf import settings
from django.urls import path

from unlimited.devmail import views

DEVELOPMENT = [
    path("dev/mail/", views.letters, name="dev-mail"),
    path("dev/mail/<str:name>/", views.letter, name="dev-mail-letter"),
    path("dev/mail/<str:name>/html/", views.html, name="dev-mail-html"),
]
urlpatterns = DEVELOPMENT if settings.DEBUG else []
