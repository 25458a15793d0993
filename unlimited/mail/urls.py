from django.urls import path

from unlimited.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("<uuid:uuid>/send/", views.repeat, name="repeat"),
]
