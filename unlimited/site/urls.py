"""The site's own pages: home, what the law asks for, and the front of the staff desk."""

from django.conf import settings
from django.urls import path

from unlimited.site.views import desk, pages

app_name = "site"
urlpatterns = [
    path("", pages.home, name="home"),
    path("om/", pages.about, name="about"),
    path("kontakt/", pages.contact, name="contact"),
    path("personvern/", pages.privacy, name="privacy"),
    path("tilgjengelighet/", pages.accessibility, name="accessibility"),
    path("etter-innlogging/", desk.after_login, name="after_login"),
    path("arbeidsflate/", desk.front, name="desk"),
    path("arbeidsflate/tilgjengelighet/", desk.feedback, name="feedback"),
    path("arbeidsflate/tilgjengelighet/<uuid:uuid>/ferdig/", desk.handle_feedback, name="handle_feedback"),
]
if settings.DEBUG:
    urlpatterns += [path("dev/komponenter/", pages.components, name="components")]
