from django.http import HttpRequest, HttpResponse
from django.urls import path

from events.views import public, registration


def _page(request: HttpRequest, **kwargs) -> HttpResponse:
    return HttpResponse()


app_name = "events"
urlpatterns = [
    path("arrangementer/<slug:slug>/pamelding/", registration.register, name="register"),
    path("arrangementer/<slug:slug>/kvittering/<str:facts>/", registration.receipt, name="receipt"),
    path("arrangementer/<slug:slug>/kalender.ics", _page, name="calendar"),
    path("plass/<str:token>/", _page, name="participant"),
    path("pamelding/<str:token>/", _page, name="party"),
    # Everyone reads what is planned
    path("arrangementer/", public.public_list, name="list"),
    path("arrangementer/serier/<slug:slug>/", public.series, name="series"),
    path("arrangementer/<slug:slug>/", public.detail, name="detail"),
    path("arrangementer/<slug:slug>/filer/<uuid:uuid>/", public.material, name="material"),
    path("arrangementer/<slug:slug>/bilde/<uuid:uuid>/", public.speaker_picture, name="speaker_picture"),
]
