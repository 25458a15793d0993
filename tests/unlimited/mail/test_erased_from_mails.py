"""An erased person, and the idea that goes with them, are in no mail to anybody else: each kind of mail, one by one.

A new kind fails until MAILS says how it is sent with the person as the other party.
This file is longer than usual because the kinds stand in one table.
"""

import datetime as dt
import types
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from events import emails as event_emails
from events.actions.contact import accept_contact, ask_new_contact
from events.actions.holding import release_unconfirmed
from events.actions.party import add_people
from events.actions.registration import Person
from events.models import Registration, Seat
from ideas import emails
from ideas.emails.recipients import tell_coauthors
from ideas.models import CoAuthor, Delay, Side, TalkSheet, Transition
from incubators import emails as incubator_emails
from incubators.models import Membership
from tests.events.test_registration_actions import alone, party, people, register
from tests.factories import (
    AgreementFactory,
    EventFactory,
    IdeaFactory,
    IncubatorFactory,
    InitiativeFactory,
    InvitationFactory,
    MeasurementRequestFactory,
    MeetingFactory,
    MembershipFactory,
    MunicipalPartnerFactory,
    ReportFactory,
    StoryFactory,
    StoryPersonFactory,
    SupportRelationFactory,
    TrialFactory,
    UserFactory,
)
from tests.ideas.test_appeals import answer_it, appeal_it, decide
from tests.ideas.test_merging import join, propose
from tests.unlimited.users.test_privacy import dump
from unlimited.mail import kinds
from unlimited.mail.actions import enqueue_many
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose
from unlimited.site.emails import mail_feedback, mail_feedback_late, mail_feedback_received
from unlimited.site.models import AccessibilityFeedback
from unlimited.users import emails as user_emails
from unlimited.users.actions import erase_person

CANARY = "kanarifugl"
TESTS_OWN = {"letter", "bulk-letter", "case-letter", "code", "lost", "invited"}


@pytest.fixture
def world(transactional_db):
    """The person as author of one idea, and at work with the idea of a friend; others beside them in both."""
    place = IncubatorFactory(name="Tøyen Unlimited")
    w = types.SimpleNamespace(place=place)
    w.canary = UserFactory(email=f"{CANARY}@example.no", name="Kanarifugl Nordmann", is_staff=False)
    for role in ("leader", "supporter"):
        MembershipFactory(incubator=place, user=w.canary, **{role: True})
    w.friend, w.national = UserFactory(), UserFactory(is_staff=True)
    w.mona = MembershipFactory(incubator=place).user
    w.lea = MembershipFactory(incubator=place, leader=True).user
    facts = {"incubator": place, "taken_by": w.mona, "accepted": True}
    w.mine = IdeaFactory(author=w.canary, title="Kanarifugl", **facts)
    w.relation = SupportRelationFactory(idea=w.mine)
    w.ali = w.relation.supporter
    w.theirs = IdeaFactory(author=w.friend, title="Verksted", **facts)
    w.beside = SupportRelationFactory(idea=w.theirs, supporter=w.canary)
    return w


def log(idea, kind: str = "paused", **facts) -> Transition:
    """Return one more change of the idea in its log."""
    revision = 100 + idea.transitions.count()
    return Transition.objects.create(
        idea=idea, kind=kind, revision=revision, from_status=idea.status, to_status=idea.status, **facts
    )


def about_mine(mail: Callable) -> Callable:
    """A mail to the author about a change of their idea."""
    return lambda w: mail(w.mine, log(w.mine))


def with_due_day(idea):
    idea.answer_due_on = timezone.localdate()
    return idea


def note(idea, by):
    return idea.notes.create(audience="author", author=by, body="x")


def send_coauthor_news(w) -> None:
    row = join(w.mine, user=w.friend)
    tell_coauthors([(w.mine, "news")])
    row.delete()  # else the friend takes the idea over, with its title


def invite_coauthor(w) -> None:
    for idea, by in ((w.mine, w.canary), (w.theirs, w.friend)):
        now = timezone.now() + dt.timedelta(days=14)
        row = CoAuthor.objects.create(idea=idea, email=f"{idea.pk}@example.no", expires_at=now)
        emails.mail_coauthor_invited(row, w.canary if idea == w.theirs else by)


def appeal(w) -> None:
    moderator = MembershipFactory(incubator=w.place).user
    decision = decide("declined", w.place, moderator, author=w.canary, title="Kanarifugl")
    answer_it(appeal_it(decision, "No"), w.lea, is_granted=False, answer="No")


def late_appeal(w) -> None:
    decision = decide("declined", w.place, MembershipFactory(incubator=w.place).user, author=w.canary)
    made, today = appeal_it(decision, "No"), timezone.localdate()
    days = {"promised_on": today, "new_due_on": today + dt.timedelta(days=9)}
    emails.mail_appeals_late([Delay(idea=decision.idea, kind="appeal", appeal=made, **days)])


def split(w) -> None:
    second = IdeaFactory(author=w.canary, title="Kanarifugl to", submitted=True, incubator=w.place)
    emails.mail_split(w.mine, log(w.mine, other_idea=second))


def merge(w):
    source = IdeaFactory(author=w.canary, title="Kanarifugl tre", submitted=True, incubator=w.place)
    target = IdeaFactory(author=w.friend, submitted=True, incubator=w.place)
    return propose(source, target, w.mona)


def closed_long_ago(w):
    """Return the person's idea as the retention finds it; the friend has read along."""
    w.mine.over_since = timezone.now()
    return w.mine


def delay(kind: str) -> Callable:
    def send(w) -> None:
        today = timezone.localdate()
        facts = {"kind": kind, "promised_on": today, "new_due_on": today + dt.timedelta(days=9)}
        emails.mail_delays([Delay(idea=idea, **facts) for idea in (w.mine, w.theirs)])

    return send


def meetings(mail: Callable) -> Callable:
    """The same mail about the person's own meeting with Ali, and about the friend's with the person."""

    def send(w) -> None:
        for idea, supporter, venue in ((w.mine, w.ali, "At Kanarifugl's"), (w.theirs, w.canary, "Here")):
            for side in Side.values:
                meeting = MeetingFactory(
                    idea=idea, supporter=supporter, booked=True, venue=venue, proposed_by_side=side
                )
                mail(meeting)

    return send


def story_of(w, idea):
    return StoryPersonFactory(story=StoryFactory(idea=idea, written_by=w.canary))


def ask_story(w) -> None:
    for idea in (w.mine, w.theirs):
        person = story_of(w, idea)
        emails.mail_story_asked(person.story, [person], w.canary)


def send_story_link(w) -> None:
    for idea in (w.mine, w.theirs):
        person = story_of(w, idea)
        emails.mail_story_link(person.story, person)


def withdraw_story(w) -> None:
    for idea in (w.mine, w.theirs):
        person = story_of(w, idea)
        emails.mail_story_withdrawn(person.story, person, number=idea.pk)


def agreements(mail: Callable) -> Callable:
    def send(w) -> None:
        for idea, supporter in ((w.mine, w.ali), (w.theirs, w.canary)):
            mail(AgreementFactory(idea=idea, supporter=supporter, proposed_by=w.mona, ended=True))

    return send


def sheets(*, is_closed: bool) -> Callable:
    def send(w) -> None:
        for idea, supporter in ((w.mine, w.ali), (w.theirs, w.canary)):
            sheet = TalkSheet(idea=idea, closed_at=timezone.now() if is_closed else None)
            for side in Side:
                sheet.uuid = IdeaFactory._meta.model().uuid
                emails.mail_sheet_answered(sheet, side, supporter, is_first=True)

    return send


def trials(w) -> None:
    emails.mail_trial_written(TrialFactory(idea=w.mine), w.ali)
    emails.mail_trial_written(TrialFactory(idea=w.theirs, side="supporter", written_by=w.canary), w.canary)


def invite_person(w) -> None:
    row = InvitationFactory(incubator=w.place, invited_by=w.canary, email=w.friend.email)
    incubator_emails.mail_invitation(row)


def answer_invitation(w) -> None:
    for is_accepted in (True, False):
        row = InvitationFactory(incubator=IncubatorFactory(), invited_by=w.lea, email=w.canary.email)
        incubator_emails.mail_answered(row, person=w.canary if is_accepted else None)


def ask_again(w) -> None:
    row = InvitationFactory(incubator=IncubatorFactory(), invited_by=w.lea, email=w.canary.email)
    incubator_emails.mail_asked_again(row, to=w.lea)


def initiative(w):
    return InitiativeFactory(who="Kanarifugl", email=w.canary.email, owner=w.national)


def late_initiative(w) -> None:
    row, today = initiative(w), timezone.localdate()
    row.new_due_on = today + dt.timedelta(days=9)
    incubator_emails.mail_initiatives_late([(row, today)])


def feedback(w, **facts) -> AccessibilityFeedback:
    facts = {"page": "/", "text": "x", "email": w.canary.email, "answer_due_on": timezone.localdate(), **facts}
    return AccessibilityFeedback.objects.create(**facts)


def late_feedback(w) -> None:
    row = feedback(w, new_due_on=timezone.localdate() + dt.timedelta(days=9))
    mail_feedback_late([(row, row.answer_due_on)])


def of_parties(send: Callable) -> Callable:
    """Something about the person's party, in which there are others; and about another's, in which the person is."""

    def both(w) -> None:
        me, ola = Person("Kanarifugl Nordmann", w.canary.email), Person("Ola Berg", "ola@example.no")
        mine = {"contact_name": "Kanarifugl Nordmann", "contact_email": w.canary.email, "kind": "organisation"}
        mine |= {"municipality": None}  # without an organisation, the party is called by its contact
        for who in (party(ola, Person("Per", ""), **mine, unnamed=1), party(me, ola, Person("Eva", ""), unnamed=1)):
            event = EventFactory(capacity=20)
            register(event, who=who)
            registration = Registration.objects.order_by("pk").last()
            seats = list(event.seats.select_related("participant", "registration__municipality").order_by("place"))
            send(types.SimpleNamespace(event=event, registration=registration, seats=seats, events={event.pk: event}))

    return both


def offered(seats: list[Seat]) -> list[Seat]:
    for seat in seats:
        seat.offered_at = timezone.now()
        seat.offer_expires_at = seat.offered_at + dt.timedelta(hours=5)
    return seats


def held(w) -> None:
    """A large party of the person, which they do not confirm in time."""
    facts = {"contact_name": "Kanarifugl Nordmann", "contact_email": w.canary.email, "kind": "organisation"}
    register(EventFactory(), who=party(*people(6), **facts, municipality=None))
    release_unconfirmed(now=timezone.now() + dt.timedelta(hours=3))


def grown(p) -> None:
    add_people(registration=p.registration, events=[p.event], unnamed=1, seen=p.registration.last_place)


def new_contact(p) -> None:
    """The person is asked, and somebody else after them; both parties have the person in them."""
    for name, email in (("Kanarifugl Nordmann", f"{CANARY}@example.no"), ("Siri Vik", "siri@example.no")):
        asked = ask_new_contact(registration=p.registration, name=name, email=email)
        if asked:
            accept_contact(request=asked)


def needs_codes(p) -> None:
    for seat in p.seats:
        if seat.participant:
            event_emails.mail_needs_code(seat.participant, "123456", minutes=15)


def own_links(p) -> None:
    for seat in p.seats:
        if seat.participant:
            event_emails.mail_own_link(seat.participant)


def links_anew(p) -> None:
    event_emails.mail_party_link(p.registration)
    for seat in p.seats:
        if seat.participant:
            event_emails.mail_participant_link(seat.participant)


def already(p) -> None:
    seats = [seat for seat in p.seats if seat.email]
    enqueue_many(
        event_emails.already_registered(p.registration, p.event, seat, seat.email, stamp="x") for seat in seats
    )


def cancelled(p) -> None:
    event_emails.mail_seats_cancelled(p.seats, p.events)
    event_emails.mail_contacts_cancelled(p.seats, p.events, is_in_line=True)


def given_back(p) -> None:
    event_emails.mail_given_back(p.registration, [], p.seats, p.events)


def changed(p) -> None:
    before = {"starts_at": p.event.starts_at, "ends_at": p.event.ends_at}
    before |= {"location": "x", "title": "x", "online_url": "x"}
    event_emails.mail_event_changed(p.seats, p.event, before)
    event_emails.mail_line_of_change(p.seats, p.event, before)


def nothing_new(p) -> None:
    """Registering has sent it."""


def full_house(w) -> None:
    event = EventFactory(capacity=1)
    register(event, who=alone("first@example.no"))
    register(event, who=alone(w.canary.email, contact_name="Kanarifugl Nordmann"))


def role(w) -> Membership:
    """Return a role of the person, at an incubator that somebody else leads."""
    place = MembershipFactory(leader=True).incubator
    return MembershipFactory(incubator=place, user=w.canary)


def end_role(w) -> None:
    row = role(w)
    people = list(row.incubator.memberships.values_list("user", flat=True))
    incubator_emails.mail_role_ended(row, by=w.mona, to=people)


MAILS: dict[str, Callable] = {
    # About an idea, to its author.
    "idea-received": about_mine(lambda idea, log: emails.mail_received(with_due_day(idea), log)),
    "idea-claimed": about_mine(emails.mail_claimed),
    "idea-withdrawn": about_mine(emails.mail_withdrawn),
    "idea-accepted": about_mine(emails.mail_accepted),
    "idea-declined": about_mine(emails.mail_declined),
    "idea-changes-requested": about_mine(emails.mail_changes_requested),
    "idea-ended": about_mine(emails.mail_ended),
    "idea-hidden": about_mine(emails.mail_hidden),
    "idea-shown": about_mine(emails.mail_shown),
    "idea-redacted": about_mine(emails.mail_redacted),
    "idea-unredacted": about_mine(emails.mail_unredacted),
    "idea-paused": about_mine(emails.mail_paused),
    "idea-resumed": about_mine(emails.mail_resumed),
    "idea-step-changed": about_mine(emails.mail_step_changed),
    "idea-stays": about_mine(emails.mail_stays),
    "idea-established": about_mine(emails.mail_established),
    "idea-handed-over": about_mine(emails.mail_handed_over),
    "idea-merged": lambda w: emails.mail_merged(w.mine, w.theirs, gone=log(w.mine), grown=log(w.theirs)),
    "idea-message": lambda w: emails.mail_message(w.mine, note(w.mine, w.mona)),
    "idea-moved": lambda w: emails.mail_moved([w.mine], IncubatorFactory()),
    "later-date-asked": lambda w: emails.mail_later_asked(
        w.mine, log(w.mine, "later_asked", reason="x", asked_due_on=timezone.localdate())
    ),
    "idea-split": split,
    "idea-answer-late": delay("answer"),
    "idea-quiet": delay("silence"),
    "support-quiet": delay("contact"),
    "effect-asked": lambda w: emails.mail_effect_asked([MeasurementRequestFactory(idea=w.mine)]),
    # About an idea, to others.
    "idea-erased": lambda w: emails.mail_idea_erased(w.mine, is_kept=True),
    "coauthor-news": send_coauthor_news,
    "coauthor-invitation": invite_coauthor,
    "case-passed-on": lambda w: emails.mail_passed_on(w.mine, log(w.mine, passed_to=w.mona)),
    "case-asked-along": lambda w: emails.mail_asked_along(w.mine, log(w.mine, passed_to=w.mona)),
    "case-author-wrote": lambda w: emails.mail_author_wrote(w.mine, note(w.mine, w.canary)),
    "case-sent-in-again": lambda w: emails.mail_sent_in_again(w.mine, log(w.mine, by=w.canary)),
    "note-mention": lambda w: emails.mail_mentioned(w.mine, note(w.mine, w.canary), [w.mona]),
    "leader-notice": lambda w: emails.mail_leaders([w.place.pk], key="x"),
    "appeal-received": appeal,
    "appeal-waits": appeal,
    "appeal-answered": appeal,
    "appeal-late": late_appeal,
    "merge-asked": merge,
    "merge-over": lambda w: emails.mail_merge_over(merge(w)),
    "case-old": lambda w: emails.mail_cases_old({closed_long_ago(w): [w.friend]}, goes_on=timezone.now()),
    "merge-lapsed": lambda w: emails.mail_merge_lapsed(merge(w), overtaken=[], but=None),
    # Of supporter and author, each the other's other party.
    "supporter-asked": lambda w: emails.mail_supporter_asked(w.relation),
    "supporter-offered": lambda w: emails.mail_supporter_offered(w.beside),
    "support-declined": lambda w: emails.mail_support_declined(
        SupportRelationFactory(idea=w.mine, asked=True, asked_by=w.mona, supporter=w.ali)
    ),
    "support-started": lambda w: [emails.mail_support_started(row, log(row.idea)) for row in (w.relation, w.beside)],
    "support-ended": lambda w: [emails.mail_support_ended(row, log(row.idea)) for row in (w.relation, w.beside)],
    "support-over": lambda w: emails.mail_support_over([w.relation], by=None),
    "meeting-proposed": meetings(emails.mail_meeting_proposed),
    "meeting-booked": meetings(emails.mail_meeting_booked),
    "meeting-moved": meetings(
        lambda meeting: emails.mail_meeting_moved(
            meeting, by_side=Side(meeting.proposed_by_side), times=meeting.times, location=meeting.location
        )
    ),
    "meeting-called-off": meetings(lambda meeting: emails.mail_meetings_called_off([meeting])),
    "meeting-reminder": meetings(lambda meeting: emails.mail_meeting_reminders([meeting])),
    "steps-overdue": lambda w: emails.mail_steps_overdue({w.ali: {w.mine: 2, w.theirs: 1}}, timezone.localdate()),
    "agreement-proposed": agreements(emails.mail_agreement_proposed),
    "agreement-answered": agreements(lambda row: emails.mail_agreement_answered(row, by=None)),
    "agreement-talk-overdue": agreements(lambda row: emails.mail_talks_overdue([row])),
    "sheet-answered": sheets(is_closed=False),
    "sheet-ready": sheets(is_closed=True),
    "trial-written": trials,
    "story-asked": ask_story,
    "story-link": send_story_link,
    "story-withdrawn": withdraw_story,
    "report-sent": lambda w: emails.mail_report_sent(
        ReportFactory(place=w.place, frozen_by=w.canary), [MunicipalPartnerFactory(incubator=w.place)]
    ),
    # Of incubators.
    "role-given": lambda w: incubator_emails.mail_role_given(role(w), is_first_leader=False, told=None),
    "role-ended": end_role,
    "factor-waits": lambda w: incubator_emails.mail_factor_waits(w.canary, "123456", to=[w.mona]),
    "factor-confirmed": lambda w: incubator_emails.mail_factor_confirmed(w.mona, "123456", by=w.canary),
    "incubator-invitation": invite_person,
    "incubator-invitation-answered": answer_invitation,
    "incubator-invitation-asked-again": ask_again,
    "initiative-received": lambda w: incubator_emails.mail_initiative_received(initiative(w)),
    "initiative-came": lambda w: incubator_emails.mail_initiative_came(initiative(w)),
    "initiative-late": late_initiative,
    "network-notice": lambda w: incubator_emails.mail_network_notice(timezone.localdate()),
    "initiative-withdrawn": lambda w: incubator_emails.mail_initiative_withdrawn(initiative(w)),
    "partner-added": lambda w: incubator_emails.mail_partner_added(
        MunicipalPartnerFactory(incubator=w.place), by=w.canary
    ),
    # Of events.
    "party-registered": of_parties(nothing_new),
    "seat-confirmed": of_parties(nothing_new),
    "party-contact-gone": of_parties(
        lambda p: event_emails.mail_contact_gone(p.registration.seats.select_related("event", "registration"))
    ),
    "party-fewer-free": of_parties(lambda p: event_emails.mail_fewer_free(p.registration, p.seats, p.events, free=1)),
    "party-held": held,
    "party-unconfirmed": held,
    "party-grown": of_parties(grown),
    "party-contact-asked": of_parties(new_contact),
    "party-contact-new": of_parties(new_contact),
    "party-contact-was": of_parties(new_contact),
    "seat-in-line": full_house,
    "already-registered": of_parties(already),
    "seat-cancelled": of_parties(cancelled),
    "seat-own-link": of_parties(own_links),
    "needs-code": of_parties(needs_codes),
    "links-anew": of_parties(links_anew),
    "event-changed": of_parties(changed),
    "seat-moved-to-line": of_parties(lambda p: event_emails.mail_moved_to_line(p.seats, p.seats, p.event)),
    "event-announcement": of_parties(
        lambda p: event_emails.mail_announcement(
            p.event.announcements.create(subject="Hello", body="Welcome", recipients=1),
            {seat.email: "nb" for seat in p.seats if seat.email},
        )
    ),
    "seat-reminder": of_parties(lambda p: event_emails.mail_reminders(p.seats, p.event, days=1)),
    "name-your-seats": of_parties(
        lambda p: event_emails.mail_name_your_seats(
            p.registration, p.seats, p.event, times=1, releases_at=p.event.starts_at
        )
    ),
    "unnamed-seats-released": of_parties(
        lambda p: event_emails.mail_unnamed_released(p.registration, p.seats, p.event)
    ),
    "waitlist-offer": of_parties(lambda p: event_emails.mail_offer(p.registration, offered(p.seats), p.events)),
    "seats-given-back": of_parties(given_back),
    "waitlist-offer-answered": of_parties(
        lambda p: event_emails.mail_offer_declined(p.registration, offered(p.seats), p.events, is_by_organiser=True)
    ),
    "waitlist-offer-expired": of_parties(
        lambda p: event_emails.mail_offer_expired(p.registration, offered(p.seats), p.events)
    ),
    # Of the account and the site.
    "login-code": lambda w: user_emails.mail_login_code(to=w.canary.email, language="nb", code="123456"),
    "address-code": lambda w: user_emails.mail_address_code(to=w.canary.email, language="nb", code="123456"),
    "account-changed": lambda w: user_emails.mail_account_changed(
        to=w.canary.email, language="nb", change="password_set"
    ),
    "account-idle": lambda w: user_emails.mail_accounts_idle([(w.canary, timezone.now())], goes_on=timezone.now()),
    "accessibility-feedback": lambda w: mail_feedback(feedback(w)),
    "feedback-received": lambda w: mail_feedback_received(feedback(w)),
    "feedback-late": late_feedback,
    "plain-message": lambda w: None,  # to administrators: nothing that a person typed is in it
}
# Kinds that name the person or the idea to somebody else.
NAMES_TO_OTHERS = {
    "idea-erased", "coauthor-news", "coauthor-invitation", "case-passed-on", "case-asked-along", "case-author-wrote",
    "case-sent-in-again", "note-mention", "appeal-waits", "merge-over", "supporter-asked", "supporter-offered",
    "support-declined", "support-started", "support-ended", "support-over", "meeting-proposed", "meeting-booked",
    "meeting-moved", "meeting-called-off", "meeting-reminder", "steps-overdue", "agreement-answered",
    "agreement-talk-overdue", "sheet-answered", "sheet-ready", "trial-written", "story-asked", "story-link",
    "story-withdrawn", "case-old",
    "incubator-invitation", "incubator-invitation-answered", "incubator-invitation-asked-again", "partner-added",
    "already-registered", "seat-own-link", "role-given", "role-ended", "factor-waits", "factor-confirmed",
    "party-contact-asked", "party-contact-was", "seat-confirmed",
}  # fmt: skip


def test_every_kind_of_mail_is_covered():
    assert set(kinds.names()) - TESTS_OWN == set(MAILS)


def test_no_mail_of_any_kind_names_an_erased_person_or_idea(world, monkeypatch):
    monkeypatch.setattr("unlimited.mail.bell.ring", lambda: True)
    for kind, send in MAILS.items():
        with transaction.atomic():
            send(world)
        assert kind == "plain-message" or OutgoingMail.objects.filter(kind=kind).exists(), kind
    others = OutgoingMail.objects.exclude(recipient=world.canary.email)
    named = {mail.kind for mail in others if CANARY in str(mail.snapshot).lower()}
    assert named == NAMES_TO_OTHERS
    # Half of each kind has left already.
    sent = [mail.pk for number, mail in enumerate(others.filter(is_secret=False).order_by("kind", "pk")) if number % 2]
    now = timezone.now()
    OutgoingMail.objects.filter(pk__in=sent).update(status="sent", sent_at=now, finished_at=now)

    erase_person(by=world.canary)

    assert CANARY not in dump().lower()
    for mail in OutgoingMail.objects.unfinished():
        assert CANARY.encode() not in compose(mail)[2].lower(), mail.kind
