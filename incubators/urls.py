from django.urls import include, path

from incubators.views import absence, closing, confirming, finding, founding, partners, people, places, stage, tablet

app_name = "incubators"

desk = [
    path("folk/", people.people, name="people"),
    path("folk/roller/", people.roles, name="roles"),
    path("meg/", people.me, name="me"),
    path("borte/", absence.my_absence, name="my_absence"),
    path("folk/<uuid:person>/plass/", people.capacity, name="capacity"),
    path("folk/<uuid:person>/borte/", absence.absence, name="absence"),
    path("folk/<uuid:person>/<slug:role>/avslutt/", people.end_membership, name="end_membership"),
    path("invitasjoner/<uuid:uuid>/send-igjen/", people.resend_invitation, name="resend_invitation"),
    path("invitasjoner/<uuid:uuid>/trekk-tilbake/", people.withdraw_invitation, name="withdraw_invitation"),
    path("kommunen/", partners.partners, name="partners"),
    path("kommunen/<uuid:uuid>/avslutt/", partners.end, name="end_partner"),
    path("nettbrett/", tablet.tablet, name="tablet"),
    path("rediger/", places.edit, name="edit"),
    path("omrade/", finding.areas, name="areas"),
    path("stengt/", closing.closed_days, name="closed_days"),
    path("stengt/<uuid:uuid>/fjern/", closing.remove_closed_days, name="remove_closed_days"),
    path("stadium/", stage.stage, name="stage"),
    path("stadium/<slug:item>/", stage.tick, name="tick"),
]

invitation = [
    path("", people.invitation, name="invitation"),
    path("godta/", people.accept_invitation, name="accept_invitation"),
    path("takk-nei/", people.decline_invitation, name="decline_invitation"),
    path("be-om-ny/", people.ask_for_new_invitation, name="ask_for_new_invitation"),
]

urlpatterns = [
    path("inkubatorer/", places.incubator_list, name="list"),
    path("inkubatorer/<slug:slug>/", places.detail, name="detail"),
    path("start-inkubator/", founding.start, name="start"),
    path("start-inkubator/takk/", founding.start_thanks, name="start_thanks"),
    path("arbeidsflate/nye-inkubatorer/", founding.initiatives, name="initiatives"),
    path("arbeidsflate/nye-inkubatorer/<uuid:uuid>/", founding.initiative, name="initiative"),
    path("arbeidsflate/nye-inkubatorer/<uuid:uuid>/opprett/", founding.found, name="found"),
    path("arbeidsflate/ekstra-steg/", confirming.confirmations, name="confirmations"),
    path("arbeidsflate/ekstra-steg/be-om/", confirming.ask_for_confirmation, name="ask_for_confirmation"),
    path("arbeidsflate/ekstra-steg/<uuid:person>/", confirming.confirm_factor, name="confirm_factor"),
    path("arbeidsflate/inkubatorer/<slug:slug>/", include(desk)),
    path("invitasjon/<uuid:uuid>/<str:token>/", include(invitation)),
]
