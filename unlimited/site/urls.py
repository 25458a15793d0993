"""The site's own pages: home, what the law asks for, and the front of the staff desk."""

from django.conf import settings
from django.urls import path

from unlimited.site import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("etter-innlogging/", views.after_login, name="after_login"),
    path("om/", views.about, name="about"),
    path("kontakt/", views.contact, name="contact"),
    path("personvern/", views.privacy, name="privacy"),
    path("tilgjengelighet/", views.accessibility, name="accessibility"),
    path("arbeidsflate/", views.desk, name="desk"),
]
if settings.DEBUG:
    urlpatterns += [path("dev/komponenter/", views.components, name="components")]
