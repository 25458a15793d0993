"""Pages of the account that are ours; those of allauth are in `account_urls`."""

from django.urls import path

from unlimited.users import views

app_name = "users"
urlpatterns = [
    path("konto/profil/", views.profile, name="profile"),
    path("konto/profil/samtykke/<uuid:uuid>/trekk/", views.withdraw_consent, name="withdraw_consent"),
    path("konto/mine-opplysninger/", views.export, name="export"),
    path("konto/nettbrett/", views.stay_at_tablet, name="stay_at_tablet"),
    path("konto/slett/", views.erase, name="erase"),
    path("konto/ekstra-steg/", views.second_factor, name="second_factor"),
    path("konto/login/password/", views.login_password, name="login_password"),
]
