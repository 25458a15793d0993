from django.urls import include, path

from incubators import views

app_name = "incubators"

desk = [
    path("folk/", views.people, name="people"),
    path("folk/<uuid:person>/<slug:role>/avslutt/", views.end_membership, name="end_membership"),
    path("invitasjoner/<uuid:uuid>/send-igjen/", views.resend_invitation, name="resend_invitation"),
    path("invitasjoner/<uuid:uuid>/trekk-tilbake/", views.withdraw_invitation, name="withdraw_invitation"),
    path("rediger/", views.edit, name="edit"),
]

invitation = [
    path("", views.invitation, name="invitation"),
    path("godta/", views.accept_invitation, name="accept_invitation"),
    path("takk-nei/", views.decline_invitation, name="decline_invitation"),
    path("be-om-ny/", views.ask_for_new_invitation, name="ask_for_new_invitation"),
]

urlpatterns = [
    path("inkubatorer/", views.incubator_list, name="list"),
    path("inkubatorer/<slug:slug>/", views.detail, name="detail"),
    path("arbeidsflate/inkubatorer/<slug:slug>/", include(desk)),
    path("invitasjon/<uuid:uuid>/<str:token>/", include(invitation)),
]
