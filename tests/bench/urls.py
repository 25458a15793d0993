"""The site as it is, and beside it what its pages are compared with."""

from django.urls import path

from tests.bench import views
from unlimited.urls import handler400, handler403, handler404, handler429, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

urlpatterns = [
    *urlpatterns,
    path("bench/floor", views.floor),
    path("bench/bare/home", views.bare_home),
    path("bench/bare/list", views.bare_list),
    path("bench/bare/idea/<slug:slug>", views.bare_idea),
    path("bench/bare/events", views.bare_events),
    path("bench/bare/event/<slug:slug>", views.bare_event),
    path("bench/bare-staff/queue", views.bare_queue),
]
