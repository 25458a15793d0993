from django.http import HttpRequest, HttpResponse
from django.urls import path


def _page(request: HttpRequest, **kwargs) -> HttpResponse:
    return HttpResponse()


app_name = "events"
urlpatterns = [
    path("plass/<str:token>/", _page, name="participant"),
    path("pamelding/<str:token>/", _page, name="party"),
    path("arrangementer/serier/<slug:slug>/", _page, name="series"),
    path("arrangementer/<slug:slug>/", _page, name="detail"),
]
