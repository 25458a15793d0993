from django.urls import path

from events import feeds
from events.views import (
    announcements,
    attendees,
    desk_party,
    links,
    lists,
    needs,
    organising,
    participant,
    party,
    party_acts,
    party_changes,
    programme,
    public,
    registration,
)

app_name = "events"
urlpatterns = [
    path("arrangementer/<slug:slug>/pamelding/", registration.register, name="register"),
    path("arrangementer/<slug:slug>/kvittering/<str:facts>/", registration.receipt, name="receipt"),
    # Opened by a signed link
    path("plass/<str:token>/", participant.page, name="participant"),
    path("plass/<str:token>/<uuid:seat>/kalender.ics", participant.calendar, name="participant_calendar"),
    path("plass/<str:token>/<slug:name>/", participant.act, name="participant_act"),
    path("pamelding/ny-lenke/", links.new_link, name="new_link"),
    path("pamelding/ny-lenke/sendt/", links.link_sent, name="link_sent"),
    path("pamelding/nye-lenker/", links.links_replaced, name="links_replaced"),
    path("pamelding/<str:token>/", party.party, name="party"),
    path("pamelding/<str:token>/nye-lenker/", party_acts.new_links, name="new_links"),
    path("pamelding/<str:token>/plass/<int:number>/", party.place, name="place"),
    path("pamelding/<str:token>/flere/", party_changes.more_people, name="more_people"),
    path("pamelding/<str:token>/kontakt/", party_changes.contact, name="contact"),
    path("pamelding/<str:token>/kontakt/angre/", party_changes.withdraw_contact, name="withdraw_contact"),
    path("ny-kontakt/<str:token>/", party_changes.new_contact, name="new_contact"),
    path("pamelding/<str:token>/<slug:name>/", party_acts.act, name="party_act"),
    # Everyone reads what is planned
    path("arrangementer/", public.public_list, name="list"),
    path("arrangementer/kalender.ics", feeds.feed, name="feed"),
    path("arrangementer/inkubator/<slug:slug>/kalender.ics", feeds.incubator_feed, name="incubator_feed"),
    path("arrangementer/serier/<slug:slug>/kalender.ics", feeds.series_feed, name="series_feed"),
    path("arrangementer/serier/<slug:slug>/", public.series, name="series"),
    path("arrangementer/<slug:slug>/", public.detail, name="detail"),
    path("arrangementer/<slug:slug>/kalender.ics", feeds.event_calendar, name="calendar"),
    path("arrangementer/<slug:slug>/filer/<uuid:uuid>/", public.material, name="material"),
    path("arrangementer/<slug:slug>/bilde/<uuid:uuid>/", public.speaker_picture, name="speaker_picture"),
]

# --- Organisers -------------------------------------------------------------------------------------------------------

DESK, DESK_EVENT = "arbeidsflate/arrangementer/", "arbeidsflate/arrangementer/<slug:slug>/"
DESK_PARTY = f"{DESK_EVENT}pameldinger/<uuid:uuid>/"
urlpatterns += [
    path(DESK, organising.desk, name="desk"),
    path(f"{DESK}nytt/", organising.new, name="new"),
    path(DESK_EVENT, organising.desk_event, name="desk_event"),
    path(f"{DESK_EVENT}rediger/", organising.edit, name="edit"),
    path(f"{DESK_EVENT}publiser/", organising.publish, name="publish"),
    path(f"{DESK_EVENT}avpubliser/", organising.unpublish, name="unpublish"),
    path(f"{DESK_EVENT}avlys/", organising.cancel, name="cancel"),
    path(f"{DESK_EVENT}melding/", announcements.announce, name="announce"),
    path(f"{DESK_EVENT}pameldinger/", attendees.registrations, name="registrations"),
    path(f"{DESK_EVENT}pameldinger/deltakere.<slug:form>", lists.participants, name="participants_file"),
    path(f"{DESK_EVENT}dorliste/", lists.door, name="door_list"),
    path(f"{DESK_EVENT}pameldinger/ny/", attendees.add, name="add_registration"),
    path(DESK_PARTY, attendees.party, name="desk_party"),
    path(f"{DESK_PARTY}navn/<int:place>/", attendees.name, name="desk_name"),
    path(f"{DESK_PARTY}gi-tilbake/<uuid:seat>/", attendees.give_back, name="desk_give_back"),
    path(f"{DESK_PARTY}tilbud/<slug:answer>/", attendees.answer_offer, name="desk_offer"),
    path(f"{DESK_PARTY}nye-lenker/", attendees.new_links, name="desk_new_links"),
    path(f"{DESK_PARTY}uten-navn/", attendees.hold, name="desk_hold"),
    path(f"{DESK_PARTY}flere/", desk_party.more_people, name="desk_more_people"),
    path(f"{DESK_PARTY}kontakt/", desk_party.contact, name="desk_contact"),
    path(f"{DESK_PARTY}kontakt/angre/", desk_party.withdraw_contact, name="desk_withdraw_contact"),
    path(f"{DESK_PARTY}minst/", desk_party.fewest, name="desk_fewest"),
    path(f"{DESK_PARTY}e-post/<uuid:mail>/", attendees.repeat_mail, name="desk_mail"),
    path(f"{DESK_EVENT}behov/", needs.needs, name="needs"),
    path(f"{DESK_EVENT}behov/kjokken.<slug:form>", lists.kitchen, name="kitchen_file"),
    path(f"{DESK_EVENT}program/", programme.programme, name="programme"),
    path(f"{DESK_EVENT}program/<slug:kind>/", programme.add_item, name="add_item"),
    path(f"{DESK_EVENT}program/<slug:kind>/<uuid:uuid>/", programme.edit_item, name="edit_item"),
    path(f"{DESK_EVENT}program/<slug:kind>/<uuid:uuid>/slett/", programme.delete_item, name="delete_item"),
    path("arbeidsflate/serier/ny/", organising.new_series, name="new_series"),
    path("arbeidsflate/serier/<slug:slug>/", organising.edit_series, name="edit_series"),
]
