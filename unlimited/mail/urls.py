from django.urls import path

from unlimited.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("om-saker/send/", views.repeat_case_mails, name="repeat_case_mails"),
    path("<uuid:uuid>/send/", views.repeat, name="repeat"),
]
