"""Every address: what it needs, who may look, who may act, and how all others are answered.

Several entries of one address say that different people may do different things to different objects. Those who are
not named are refused: 404 where they may not know, 403 where they may see but not do, the log-in page where nobody is
logged in and the address is private.

It is longer than usual because every address of the site stands in it, once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from events.actions.registration import Day, Party
from events.forms.programme import ITEM_FORMS
from events.links import make_token
from events.receipts import sign_receipt
from events.views.participant import FORMS as OWN_FORMS
from events.views.party_acts import BUTTONS
from ideas.forms.case import CASE_FORMS
from ideas.forms.submission import SCREENS
from ideas.links import make_measurement_token
from ideas.models import Idea
from ideas.report_files import FILES
from tests.sweep.world import (
    A_LEADER,
    A_MODERATOR,
    A_SUPPORTER,
    AUTHOR,
    B_LEADER,
    B_MODERATOR,
    B_SUPPORTER,
    EVERYONE,
    INDICATOR,
    LOGGED_IN,
    MODERATORS_OF_A,
    NATIONAL,
    NO_FACTOR,
    OF_B,
    PARTNER,
    SEES_CONCERN,
    STAFF,
    STAFF_OF_A,
    TRIAL,
    WRITER,
    World,
)
from unlimited.site.sitemaps import SITEMAPS

NOBODY: frozenset[str] = frozenset()
PAGE, REDIRECT = frozenset({200}), frozenset({302})
EITHER = PAGE | REDIRECT


@dataclass(frozen=True)
class Entry:
    """What may be done at one address with some objects."""

    look: frozenset[str]
    act: frozenset[str] = NOBODY
    # The keyword arguments of each object to try.
    objects: Callable[[World], list[dict]] = lambda world: [{}]
    # What those who may look get.
    shows: frozenset[int] = PAGE
    # What those get who may not.
    refusal: int = 404
    # The least that a POST carries.
    sends: dict = field(default_factory=dict)

    @property
    def is_page(self) -> bool:
        """Whether it is a page of ours that a person reads."""
        return bool(self.look) and 200 in self.shows


# allauth decides by what is in the session and on the account: here no answer is a fault and looking changes nothing.
ANY_ANSWER = frozenset({200, 302, 403, 404, 405})


def allauth(who: frozenset[str], *, acts: bool = True, **more) -> list[Entry]:
    return [Entry(look=who, act=who if acts else NOBODY, shows=ANY_ANSWER, **more)]


def page(who: frozenset[str], **more) -> list[Entry]:
    """A page to read."""
    return [Entry(look=who, **more)]


def form(who: frozenset[str], **more) -> list[Entry]:
    """A page to read with a form that posts to its own address."""
    return [Entry(look=who, act=who, **more)]


def button(who: frozenset[str], **more) -> list[Entry]:
    """An address to post to, with nothing to read."""
    return [Entry(look=NOBODY, act=who, **more)]


def closed(objects: Callable[[World], list[dict]]) -> list[Entry]:
    """Objects that nobody gets at by this address."""
    return [Entry(look=NOBODY, objects=objects)]


def incubator(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug}]


def public_events(world: World) -> list[dict]:
    return [{"slug": event.slug} for event in (world.event, world.past_event)]


def organised_events(world: World) -> list[dict]:
    return public_events(world) + draft_event(world)


def draft_event(world: World) -> list[dict]:
    return [{"slug": world.draft_event.slug}]


def series(world: World) -> list[dict]:
    return [{"slug": world.series.slug}]


def material(world: World) -> list[dict]:
    return [{"slug": world.past_event.slug, "uuid": row.uuid} for row in world.past_event.materials.all()]


def speaker(world: World) -> list[dict]:
    return [{"slug": world.past_event.slug, "uuid": row.uuid} for row in world.past_event.speakers.all()]


def invitation_by_link(world: World) -> list[dict]:
    return [{"uuid": world.invitation.uuid, "token": world.invitation.token}]


def invitation_at_incubator(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug, "uuid": world.invitation.uuid}]


def closed_period(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug, "uuid": period.uuid} for period in world.incubator.closed_periods.all()]


def initiative(world: World) -> list[dict]:
    return [{"uuid": world.initiative.uuid}]


def membership(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug, "person": world.people[A_SUPPORTER].uuid, "role": "supporter"}]


def person_at_incubator(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug, "person": world.people[A_SUPPORTER].uuid}]


def moderator_of_a(world: World) -> list[dict]:
    return [{"person": world.people[A_MODERATOR].uuid}]


def answer_text(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug, "uuid": world.answer_text.uuid}]


def partner(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug, "uuid": world.partner.uuid}]


def coauthor_by_link(world: World) -> list[dict]:
    return [{"uuid": world.coauthor.uuid, "token": world.coauthor.token}]


def coauthor(world: World) -> list[dict]:
    return [{"uuid": world.coauthor.idea.uuid, "person": world.coauthor.uuid}]


def decision(world: World) -> list[dict]:
    declined = world.ideas["declined"]
    return [{"uuid": declined.uuid, "revision": declined.revision}]


def appeal(world: World) -> list[dict]:
    return [{"uuid": world.appeal.uuid}]


def passkey(world: World) -> list[dict]:
    return [{"pk": world.passkey.pk}]


def consent(world: World) -> list[dict]:
    return [{"uuid": world.consent.uuid}]


def failed_mail(world: World) -> list[dict]:
    return [{"uuid": world.failed_mail.uuid}]


def by_uuid(*ideas: Idea) -> list[dict]:
    return [{"uuid": idea.uuid} for idea in ideas]


def draft(world: World) -> list[dict]:
    return by_uuid(world.ideas["draft"])


def draft_of_browser(world: World) -> list[dict]:
    return by_uuid(world.draft_of_browser)


def editable_ideas(world: World) -> list[dict]:
    return by_uuid(world.ideas["draft"], world.ideas["changes_requested"])


def sent_ideas(world: World) -> list[dict]:
    return by_uuid(*world.sent_ideas)


def withdrawable_ideas(world: World) -> list[dict]:
    return by_uuid(*(idea for idea in world.sent_ideas if idea.can_become(Idea.Status.WITHDRAWN)))


def screens(world: World) -> list[dict]:
    draft, sent_back = world.ideas["draft"].uuid, world.ideas["changes_requested"].uuid
    return [{"uuid": draft, "screen": screen} for screen in SCREENS] + [{"uuid": sent_back, "screen": "ideen"}]


def first_screen_of_browser(world: World) -> list[dict]:
    return [{"uuid": world.draft_of_browser.uuid, "screen": "ideen"}]


def feedback(world: World) -> list[dict]:
    return [{"uuid": world.feedback.uuid}]


def drafts(world: World) -> list[dict]:
    return by_uuid(world.ideas["draft"], world.draft_of_browser)


def taken_in(world: World) -> list[dict]:
    return by_uuid(*world.taken_in, world.public_idea)


def not_taken_in(world: World) -> list[dict]:
    return by_uuid(*world.not_taken_in)


def not_taken_in_by_each_form(world: World) -> list[dict]:
    waiting = {"uuid": world.ideas["submitted"].uuid}
    return [waiting | {"name": name} for name in CASE_FORMS] + with_word(not_taken_in, name="notat")(world)


def with_word(objects: Callable[[World], list[dict]], **words) -> Callable[[World], list[dict]]:
    """The same objects, with one more part in their address."""
    return lambda world: [kwargs | words for kwargs in objects(world)]


def event(world: World) -> list[dict]:
    return [{"slug": world.event.slug}]


def receipt(world: World) -> list[dict]:
    party = Party({"kind": "municipality", "wish": "all"}, [], unnamed=3)
    facts = sign_receipt([world.event], [Day(world.event.pk, 2, 1, 4)], party)
    return [{"slug": world.event.slug, "facts": facts}]


def party(world: World) -> list[dict]:
    return [{"token": make_token(world.party)}]


def kinds_of_item(world: World) -> list[dict]:
    return [{"slug": world.event.slug, "kind": kind} for kind in ITEM_FORMS]


def items(world: World) -> list[dict]:
    kinds = (("foredragsholder", speaker), ("materiale", material))
    return [kwargs | {"kind": kind} for kind, rows in kinds for kwargs in rows(world)]


def party_at_event(world: World) -> list[dict]:
    return [{"slug": world.party.seats.get(place=1).event.slug, "uuid": world.party.uuid}]


def seat_at_event(world: World) -> list[dict]:
    return [kwargs | {"seat": world.party.seats.get(place=1).uuid} for kwargs in party_at_event(world)]


def mail_about_event(world: World) -> list[dict]:
    return [kwargs | {"mail": world.party_mail.uuid} for kwargs in party_at_event(world)]


def party_buttons(world: World) -> list[dict]:
    return [kwargs | {"name": name} for name in BUTTONS for kwargs in party(world)]


def new_contact(world: World) -> list[dict]:
    return [{"token": make_token(world.party.contact_request)}]


def participant(world: World) -> list[dict]:
    return [{"token": make_token(person)} for person in world.party.participants.order_by("pk")]


def participant_forms(world: World) -> list[dict]:
    return [kwargs | {"name": name} for name in OWN_FORMS for kwargs in participant(world)[:1]]


def seat_of_participant(world: World) -> list[dict]:
    seat = world.party.seats.get(place=1)
    return [{"token": make_token(seat.participant), "seat": seat.uuid}]


def concern(world: World) -> list[dict]:
    return [{"uuid": world.concern.uuid}]


def told_at_desk(world: World) -> list[dict]:
    return by_uuid(world.desk_entry.idea)


def merge(world: World) -> list[dict]:
    return [{"uuid": world.merge.uuid}]


def support(world: World) -> list[dict]:
    return [{"uuid": world.support.uuid}]


def meeting(world: World) -> list[dict]:
    return [{"uuid": world.meeting.uuid}]


def agreement(world: World) -> list[dict]:
    return [{"uuid": world.agreement.uuid}]


def grant(world: World) -> list[dict]:
    return [{"uuid": world.grant.uuid}]


def trial(world: World) -> list[dict]:
    return [{"uuid": world.support.idea.uuid, "number": TRIAL}]


def report(world: World) -> list[dict]:
    return [{"uuid": world.report.uuid}]


def report_files(world: World) -> list[dict]:
    return [kwargs | {"form": form} for form in FILES for kwargs in report(world)]


def reader(world: World) -> list[dict]:
    return [{"slug": world.incubator.slug, "uuid": world.reader.uuid}]


def indicator(world: World) -> list[dict]:
    return [{"uuid": world.support.idea.uuid, "number": INDICATOR}]


def question(world: World) -> list[dict]:
    return [{"token": make_measurement_token(world.asked, world.author)}]


def by_supporter(objects) -> list[Entry]:
    """A form of the supporter's: who moderates the case knows of it, and is told that it is not theirs."""
    theirs = frozenset({A_SUPPORTER})
    return [Entry(look=STAFF_OF_A, act=theirs, shows=PAGE | {403}, objects=objects)]


def story(world: World) -> list[dict]:
    return [{"uuid": world.support.idea.uuid, "number": world.in_story.story.uuid}]


def story_itself(world: World) -> list[dict]:
    return [{"uuid": world.in_story.story.uuid}]


def story_by_link(world: World) -> list[dict]:
    return [{"uuid": world.in_story.uuid, "token": world.in_story.token}]


def next_step(world: World) -> list[dict]:
    return [{"uuid": world.next_step.uuid}]


def supported_idea(world: World) -> list[dict]:
    return [{"uuid": world.support.idea.uuid}]


def supported_by_others(world: World) -> list[dict]:
    """Taken in, and no case of the supporter's: they know its title and step, and do not open it."""
    return [one for one in taken_in(world) if one not in supported_idea(world)]


def own_wish(world: World) -> list[dict]:
    """What A's supporter has asked for: the author has not answered."""
    return [{"uuid": world.wish.uuid}]


def not_asked_for(world: World) -> list[dict]:
    return [one for one in supported_by_others(world) if one["uuid"] != world.wish.idea.uuid]


def on_meetings(objects, **words) -> list[Entry]:
    """Something to do for both sides; moderators read the page, and are told that it is not theirs."""
    reads, acts = STAFF_OF_A | frozenset({AUTHOR}), frozenset({AUTHOR, A_SUPPORTER})
    return [Entry(look=reads, act=acts, shows=REDIRECT, objects=with_word(objects, **words))]


BY_AUTHOR, BY_WRITER, BY_NATIONAL = frozenset({AUTHOR}), frozenset({WRITER}), frozenset({NATIONAL})
BY_LEADER_OF_A = frozenset({A_LEADER})
LEADS_A = frozenset({A_LEADER, NATIONAL})
LEADER_OF_A = frozenset({A_LEADER})
READS_REPORTS = frozenset({A_LEADER, NATIONAL, PARTNER})
ORGANISES_A = MODERATORS_OF_A | BY_NATIONAL
ORGANISERS = ORGANISES_A | {B_LEADER, B_MODERATOR}

TABLE: dict[str, list[Entry]] = {
    "healthz": page(EVERYONE),
    "readyz": page(EVERYONE),
    "users:stay_at_tablet": [Entry(look=EVERYONE, shows=frozenset({204}))],
    "robots": page(EVERYONE),
    "sitemaps": page(EVERYONE),
    "sitemap": page(EVERYONE, objects=lambda world: [{"section": name} for name in SITEMAPS]),
    "site:home": page(EVERYONE),
    "site:about": page(EVERYONE),
    "site:contact": page(EVERYONE),
    "site:privacy": page(EVERYONE),
    "site:accessibility": form(EVERYONE),
    "site:feedback": page(BY_NATIONAL, refusal=403),
    "site:handle_feedback": button(BY_NATIONAL, objects=feedback, refusal=403),
    "site:after_login": page(LOGGED_IN, shows=REDIRECT),
    "site:desk": page(STAFF, refusal=403),
    "incubators:list": page(EVERYONE),
    "incubators:detail": page(EVERYONE, objects=incubator),
    "incubators:people": form(LEADS_A, objects=incubator, refusal=403),
    "incubators:confirmations": page(LEADS_A | {B_LEADER}, refusal=403),
    "incubators:ask_for_confirmation": button(STAFF | {NO_FACTOR}, refusal=403),
    "incubators:confirm_factor": form(frozenset({A_LEADER}), objects=moderator_of_a),
    "incubators:roles": page(LEADS_A, objects=incubator, refusal=403),
    "incubators:me": form(STAFF_OF_A, objects=incubator, refusal=403),
    "incubators:my_absence": form(STAFF_OF_A, objects=incubator, refusal=403),
    "incubators:capacity": form(LEADS_A, objects=person_at_incubator, refusal=403),
    "incubators:absence": form(LEADS_A, objects=person_at_incubator, refusal=403),
    "incubators:tablet": form(LEADS_A, objects=incubator, refusal=403),
    "incubators:edit": form(LEADS_A, objects=incubator, refusal=403),
    "incubators:stage": [
        # The leader reads and ticks; national staff move it.
        Entry(look=LEADS_A, act=BY_NATIONAL, objects=incubator, refusal=403),
    ],
    "incubators:tick": button(LEADS_A, objects=with_word(incubator, item="pilot-place"), refusal=403),
    "incubators:partners": form(LEADS_A, objects=incubator, refusal=403),
    "incubators:end_partner": button(LEADS_A, objects=reader, refusal=403),
    "incubators:closed_days": form(LEADS_A, objects=incubator, refusal=403),
    "incubators:remove_closed_days": button(LEADS_A, objects=closed_period, refusal=403),
    "incubators:areas": form(LEADS_A, objects=incubator, refusal=403),
    "incubators:start": form(EVERYONE),
    "incubators:start_thanks": page(EVERYONE),
    "incubators:initiatives": page(BY_NATIONAL, refusal=403),
    "incubators:initiative": form(BY_NATIONAL, objects=initiative, refusal=403),
    "incubators:found": form(BY_NATIONAL, objects=initiative, refusal=403),
    "incubators:end_membership": button(LEADS_A, objects=membership, refusal=403),
    "incubators:resend_invitation": button(LEADS_A, objects=invitation_at_incubator, refusal=403),
    "incubators:withdraw_invitation": button(LEADS_A, objects=invitation_at_incubator, refusal=403),
    # The link of the mail is the key; who is not the person invited is told so by the page.
    "incubators:invitation": page(EVERYONE, objects=invitation_by_link),
    "incubators:accept_invitation": button(LOGGED_IN, objects=invitation_by_link),
    "incubators:decline_invitation": button(EVERYONE, objects=invitation_by_link),
    "incubators:ask_for_new_invitation": button(EVERYONE, objects=invitation_by_link),
    "ideas:new": form(EVERYONE),
    "ideas:forget": form(EVERYONE),
    "ideas:whose_draft": form(LOGGED_IN, shows=EITHER),
    "ideas:start": button(EVERYONE),
    "ideas:draft": [
        *form(BY_AUTHOR, objects=screens),
        *form(BY_WRITER, objects=first_screen_of_browser),
    ],
    "ideas:autosave": [
        *button(BY_AUTHOR, objects=editable_ideas, sends={"screen": "ideen"}),
        *button(BY_WRITER, objects=draft_of_browser, sends={"screen": "ideen"}),
    ],
    "ideas:send": [*form(BY_AUTHOR, objects=editable_ideas), *form(BY_WRITER, objects=draft_of_browser)],
    "ideas:discard": [*form(BY_AUTHOR, objects=draft), *form(BY_WRITER, objects=draft_of_browser)],
    "ideas:receipt": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:picture": [
        *page(EVERYONE, objects=lambda world: by_uuid(world.public_idea)),
        *page(BY_AUTHOR, objects=sent_ideas),
        *page(BY_AUTHOR, objects=draft),
    ],
    "ideas:mine": page(LOGGED_IN),
    "ideas:mine_idea": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:write_to_incubator": button(BY_AUTHOR, objects=sent_ideas),
    "ideas:publishing": button(BY_AUTHOR, objects=sent_ideas),
    "ideas:answer_later_date": button(BY_AUTHOR, objects=sent_ideas),
    "ideas:answer_merge": button(BY_AUTHOR, objects=sent_ideas),
    "ideas:merge": [*form(MODERATORS_OF_A, objects=sent_ideas), *closed(drafts)],
    "ideas:merge_act": button(MODERATORS_OF_A, objects=with_word(merge, name="trekk-tilbake")),
    "ideas:withdraw": form(BY_AUTHOR, objects=withdrawable_ideas),
    "ideas:my_support": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:support": [
        *form(MODERATORS_OF_A, objects=not_taken_in),
        *form(STAFF_OF_A, objects=supported_idea),
        *form(MODERATORS_OF_A, objects=supported_by_others),
        *closed(drafts),
    ],
    "ideas:my_meetings": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:meetings": [
        *page(STAFF_OF_A, objects=supported_idea),
        *page(MODERATORS_OF_A, objects=not_taken_in),
        *closed(drafts),
    ],
    "ideas:my_agreements": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:agreements": [
        *form(STAFF_OF_A, objects=supported_idea),
        *form(MODERATORS_OF_A, objects=not_taken_in),
        *closed(drafts),
    ],
    "ideas:my_hallmarks": form(BY_AUTHOR, objects=sent_ideas),
    "ideas:hallmarks": [*form(frozenset({A_SUPPORTER}), objects=supported_idea), *closed(drafts)],
    "ideas:my_trials": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:my_new_trial": form(BY_AUTHOR, objects=supported_idea),
    "ideas:my_trial": form(BY_AUTHOR, objects=trial),
    "ideas:my_remove_trial": form(BY_AUTHOR, objects=trial),
    "ideas:my_trial_picture": page(BY_AUTHOR, objects=trial),
    "ideas:my_pilot_report": page(BY_AUTHOR, objects=supported_idea),
    "ideas:trials": [
        *page(STAFF_OF_A, objects=supported_idea),
        *page(MODERATORS_OF_A, objects=not_taken_in),
        *closed(drafts),
    ],
    "ideas:new_trial": by_supporter(supported_idea),
    "ideas:trial": by_supporter(trial),
    "ideas:remove_trial": by_supporter(trial),
    "ideas:trial_picture": page(STAFF_OF_A, objects=trial),
    "ideas:pilot_report": page(STAFF_OF_A, objects=supported_idea),
    "ideas:my_stories": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:my_new_story": form(BY_AUTHOR, objects=supported_idea),
    "ideas:my_story": page(BY_AUTHOR, objects=story),
    "ideas:my_change_story": form(BY_AUTHOR, objects=story),
    "ideas:my_remove_story": form(BY_AUTHOR, objects=story),
    "ideas:stories": [
        *page(STAFF_OF_A, objects=supported_idea),
        *page(MODERATORS_OF_A, objects=not_taken_in),
        *closed(drafts),
    ],
    "ideas:new_story": by_supporter(supported_idea),
    "ideas:story": page(STAFF_OF_A, objects=story),
    "ideas:change_story": by_supporter(story),
    "ideas:remove_story": by_supporter(story),
    "ideas:story_act": [
        *on_meetings(story_itself, name="person"),
        Entry(
            look=STAFF_OF_A | BY_AUTHOR, act=STAFF_OF_A, shows=REDIRECT, objects=with_word(story_itself, name="sted")
        ),
    ],
    # The link of the mail is the key, whoever holds it.
    "ideas:story_person": form(EVERYONE, objects=story_by_link),
    "ideas:my_effect": page(BY_AUTHOR, objects=sent_ideas),
    "ideas:my_new_indicator": form(BY_AUTHOR, objects=supported_idea),
    "ideas:my_indicator": form(BY_AUTHOR, objects=indicator),
    "ideas:my_measure": form(BY_AUTHOR, objects=indicator),
    "ideas:my_retire_indicator": form(BY_AUTHOR, objects=indicator),
    "ideas:effect": [
        *page(STAFF_OF_A, objects=supported_idea),
        *page(MODERATORS_OF_A, objects=not_taken_in),
        *closed(drafts),
    ],
    "ideas:new_indicator": by_supporter(supported_idea),
    "ideas:indicator": by_supporter(indicator),
    "ideas:measure": by_supporter(indicator),
    "ideas:retire_indicator": by_supporter(indicator),
    # The link of the mail is the key.
    "ideas:measurement": form(EVERYONE, objects=question),
    "ideas:my_organisation": form(BY_AUTHOR, objects=sent_ideas),
    "ideas:organisation": [
        *form(STAFF_OF_A, objects=supported_idea),
        *form(MODERATORS_OF_A, objects=not_taken_in),
        *closed(drafts),
    ],
    "ideas:statutes": page(STAFF_OF_A | BY_AUTHOR, objects=supported_idea),
    "ideas:agreement_act": [
        Entry(look=STAFF_OF_A | BY_AUTHOR, act=BY_AUTHOR, shows=REDIRECT, objects=with_word(agreement, name="ja")),
        Entry(
            look=STAFF_OF_A | BY_AUTHOR, act=STAFF_OF_A, shows=REDIRECT, objects=with_word(agreement, name="samtale")
        ),
    ],
    "ideas:budget": form(BY_LEADER_OF_A, objects=incubator, refusal=403),
    "ideas:settle_money": form(BY_LEADER_OF_A, objects=grant),
    "ideas:idea_meeting_act": on_meetings(supported_idea, name="steg"),
    "ideas:meeting_act": on_meetings(meeting, name="notat"),
    "ideas:next_step_act": on_meetings(next_step, name="gjort"),
    "ideas:write_down": form(STAFF_OF_A | OF_B, refusal=403),
    "ideas:slip": form(MODERATORS_OF_A, objects=told_at_desk),
    # Nobody of the sweep has made the slip, nor opened one.
    "ideas:slip_pdf": [Entry(look=MODERATORS_OF_A, shows=REDIRECT, objects=told_at_desk)],
    "ideas:open_slip": form(EVERYONE),
    "ideas:slip_case": [Entry(look=EVERYONE, act=EVERYONE, shows=REDIRECT)],
    "ideas:withdraw_with_slip": [Entry(look=EVERYONE, act=EVERYONE, shows=REDIRECT)],
    "ideas:claim_case": [Entry(look=EVERYONE, act=EVERYONE, shows=REDIRECT)],
    "ideas:forget_slip": button(EVERYONE),
    "ideas:supported": page(frozenset({A_SUPPORTER, B_SUPPORTER}), refusal=403),
    "ideas:ask_for": button(frozenset({A_SUPPORTER}), objects=not_asked_for),
    "ideas:withdraw_wish": button(frozenset({A_SUPPORTER}), objects=own_wish),
    "ideas:support_act": [
        Entry(
            look=STAFF_OF_A | BY_AUTHOR,
            act=STAFF_OF_A | BY_AUTHOR,
            shows=REDIRECT,
            objects=with_word(support, name="avslutt"),
        ),
    ],
    "ideas:raise_concern": [
        *form(MODERATORS_OF_A, objects=not_taken_in),
        *form(STAFF_OF_A, objects=supported_idea),
        *form(MODERATORS_OF_A, objects=supported_by_others),
        *closed(drafts),
    ],
    "ideas:concerns": page(STAFF_OF_A | OF_B, refusal=403),
    "ideas:concern": page(SEES_CONCERN, objects=concern),
    "ideas:concern_act": [
        Entry(look=SEES_CONCERN, act=SEES_CONCERN, shows=REDIRECT, objects=with_word(concern, name="varslet")),
        Entry(look=SEES_CONCERN, act=LEADER_OF_A, shows=REDIRECT, objects=with_word(concern, name="lukk")),
        Entry(look=SEES_CONCERN, act=LEADER_OF_A, shows=REDIRECT, objects=with_word(concern, name="eksport")),
    ],
    "ideas:reports": form(frozenset({A_LEADER, B_LEADER}), refusal=403),
    "ideas:my_reports": page(LOGGED_IN),
    "ideas:report": page(READS_REPORTS, objects=report),
    "ideas:report_file": page(READS_REPORTS, objects=report_files),
    "ideas:leader": page(frozenset({A_LEADER, B_LEADER}), refusal=403),
    "ideas:queue": page(STAFF_OF_A | OF_B, refusal=403),
    "ideas:bulk": form(STAFF_OF_A | OF_B, refusal=403),
    "ideas:case": [
        *page(MODERATORS_OF_A, objects=not_taken_in),
        *page(STAFF_OF_A, objects=supported_idea),
        *page(MODERATORS_OF_A, objects=supported_by_others),
        *closed(drafts),
    ],
    "ideas:case_version": [
        *page(MODERATORS_OF_A, objects=with_word(not_taken_in, number=1)),
        *page(STAFF_OF_A, objects=with_word(supported_idea, number=1)),
        *page(MODERATORS_OF_A, objects=with_word(supported_by_others, number=1)),
    ],
    "ideas:case_picture": [
        *page(MODERATORS_OF_A, objects=with_word(not_taken_in, number=1)),
        *page(STAFF_OF_A, objects=with_word(supported_idea, number=1)),
        *page(MODERATORS_OF_A, objects=with_word(supported_by_others, number=1)),
    ],
    "ideas:case_comparison": [
        *page(MODERATORS_OF_A, objects=with_word(not_taken_in, older=1, newer=1)),
        *page(STAFF_OF_A, objects=with_word(supported_idea, older=1, newer=1)),
        *page(MODERATORS_OF_A, objects=with_word(supported_by_others, older=1, newer=1)),
    ],
    "ideas:case_export": form(MODERATORS_OF_A, objects=sent_ideas),
    "ideas:case_act": [
        Entry(look=MODERATORS_OF_A, act=MODERATORS_OF_A, shows=REDIRECT, objects=not_taken_in_by_each_form),
        Entry(look=STAFF_OF_A, act=MODERATORS_OF_A, shows=REDIRECT, objects=with_word(supported_idea, name="notat")),
        Entry(
            look=MODERATORS_OF_A,
            act=MODERATORS_OF_A,
            shows=REDIRECT,
            objects=with_word(supported_by_others, name="notat"),
        ),
        *closed(with_word(drafts, name="notat")),
    ],
    "ideas:coauthors": form(BY_AUTHOR, objects=sent_ideas),
    "ideas:remove_coauthor": button(BY_AUTHOR, objects=coauthor),
    "ideas:hand_over": button(BY_AUTHOR, objects=coauthor),
    # Only who writes along may leave or turn mails off, and none of the sweep's people does.
    "ideas:leave": closed(sent_ideas),
    "ideas:coauthor_mails": closed(sent_ideas),
    "ideas:coauthor_invitation": page(EVERYONE, objects=coauthor_by_link),
    "ideas:join": button(LOGGED_IN, objects=coauthor_by_link),
    "ideas:decline_to_join": button(EVERYONE, objects=coauthor_by_link),
    "ideas:write_appeal": form(BY_AUTHOR, objects=decision),
    "ideas:appeals": page(STAFF_OF_A | OF_B, refusal=403),
    "ideas:appeal": [Entry(look=MODERATORS_OF_A, act=BY_LEADER_OF_A, objects=appeal)],
    "ideas:answers_kept": page(BY_LEADER_OF_A, objects=incubator, refusal=403),
    "ideas:new_answer_text": form(BY_LEADER_OF_A, objects=incubator, refusal=403),
    "ideas:answer_text": form(BY_LEADER_OF_A, objects=answer_text, refusal=403),
    "ideas:new_partner": form(BY_LEADER_OF_A, objects=incubator, refusal=403),
    "ideas:partner": form(BY_LEADER_OF_A, objects=partner, refusal=403),
    "ideas:close_incubator": form(LEADS_A, objects=incubator, refusal=403),
    "ideas:list": page(EVERYONE),
    "ideas:detail": [
        *page(EVERYONE, objects=lambda world: [{"slug": world.public_idea.slug}]),
        *closed(lambda world: [{"slug": idea.slug} for idea in world.sent_ideas]),
    ],
    "events:list": page(EVERYONE),
    "events:series": page(EVERYONE, objects=series),
    "events:detail": [
        *page(EVERYONE, objects=public_events),
        # Who organises it looks at it before it is published.
        *page(MODERATORS_OF_A | {NATIONAL}, objects=draft_event),
    ],
    "events:feed": page(EVERYONE),
    "events:series_feed": page(EVERYONE, objects=series),
    "events:incubator_feed": page(EVERYONE, objects=incubator),
    "events:calendar": page(EVERYONE, objects=public_events),
    "events:material": page(EVERYONE, objects=material),
    "events:speaker_picture": page(EVERYONE, objects=speaker),
    "events:register": form(EVERYONE, objects=event),
    "events:receipt": page(EVERYONE, objects=receipt),
    "events:desk": page(ORGANISERS, refusal=403),
    "events:new": form(ORGANISERS, refusal=403),
    "events:desk_event": page(ORGANISES_A, objects=organised_events),
    "events:edit": form(ORGANISES_A, objects=organised_events),
    "events:publish": button(ORGANISES_A, objects=organised_events),
    "events:unpublish": button(ORGANISES_A, objects=organised_events),
    "events:cancel": form(ORGANISES_A, objects=organised_events),
    "events:programme": page(ORGANISES_A, objects=organised_events),
    "events:add_item": form(ORGANISES_A, objects=kinds_of_item),
    "events:edit_item": form(ORGANISES_A, objects=items),
    "events:delete_item": button(ORGANISES_A, objects=items),
    "events:registrations": page(ORGANISES_A, objects=organised_events),
    "events:participants_file": page(ORGANISES_A, objects=with_word(organised_events, form="xlsx")),
    "events:kitchen_file": page(ORGANISES_A, objects=with_word(organised_events, form="csv")),
    "events:door_list": page(ORGANISES_A, objects=organised_events),
    "events:add_registration": form(ORGANISES_A, objects=organised_events),
    "events:desk_party": page(ORGANISES_A, objects=party_at_event),
    "events:desk_name": button(ORGANISES_A, objects=with_word(party_at_event, place=1)),
    "events:desk_give_back": button(ORGANISES_A, objects=seat_at_event),
    "events:desk_offer": button(ORGANISES_A, objects=with_word(party_at_event, answer="ja")),
    "events:desk_hold": button(ORGANISES_A, objects=party_at_event),
    "events:desk_new_links": button(ORGANISES_A, objects=party_at_event),
    "events:desk_more_people": form(ORGANISES_A, objects=party_at_event),
    "events:desk_contact": form(ORGANISES_A, objects=party_at_event),
    "events:desk_withdraw_contact": button(ORGANISES_A, objects=party_at_event),
    "events:desk_fewest": button(ORGANISES_A, objects=party_at_event),
    "events:desk_mail": button(ORGANISES_A, objects=mail_about_event),
    "events:needs": form(ORGANISES_A, objects=organised_events),
    "events:announce": form(ORGANISES_A, objects=organised_events),
    "events:new_series": form(ORGANISERS, refusal=403),
    "events:edit_series": form(ORGANISES_A, objects=series),
    # A signed link is the key, whoever holds it.
    "events:party": page(EVERYONE, objects=party),
    "events:place": [
        *form(EVERYONE, objects=with_word(party, number=1)),
        *form(EVERYONE, objects=with_word(party, number=4)),
    ],
    "events:party_act": form(EVERYONE, objects=party_buttons, shows=REDIRECT),
    "events:more_people": form(EVERYONE, objects=party),
    "events:contact": form(EVERYONE, objects=party),
    "events:withdraw_contact": button(EVERYONE, objects=party),
    "events:new_contact": form(EVERYONE, objects=new_contact),
    "events:new_links": button(EVERYONE, objects=party),
    "events:links_replaced": page(EVERYONE),
    "events:participant": page(EVERYONE, objects=participant),
    "events:participant_act": form(EVERYONE, objects=participant_forms, shows=REDIRECT),
    "events:participant_calendar": page(EVERYONE, objects=seat_of_participant),
    "events:new_link": form(EVERYONE),
    "events:link_sent": page(EVERYONE),
    "mail:outbox": page(BY_NATIONAL, refusal=403),
    "mail:repeat_case_mails": button(BY_NATIONAL, refusal=403),
    "mail:repeat": button(BY_NATIONAL, objects=failed_mail, refusal=403),
    "users:profile": form(LOGGED_IN),
    "users:withdraw_consent": button(BY_AUTHOR, objects=consent),
    "users:export": button(LOGGED_IN),
    "users:erase": form(LOGGED_IN, shows=EITHER),
    "users:second_factor": page(LOGGED_IN, shows=EITHER),
    "users:login_password": allauth(EVERYONE),
    "account": form(LOGGED_IN, shows=REDIRECT),
    "account_login": allauth(EVERYONE),
    "account_request_login_code": allauth(EVERYONE),
    "account_confirm_login_code": allauth(EVERYONE),
    "account_signup": allauth(EVERYONE),
    "account_logout": allauth(EVERYONE),
    "account_inactive": allauth(EVERYONE, acts=False),
    "account_reauthenticate": allauth(LOGGED_IN),
    "account_email": allauth(LOGGED_IN),
    "account_email_verification_sent": allauth(EVERYONE),
    "account_change_password": allauth(LOGGED_IN),
    "account_set_password": allauth(LOGGED_IN),
    "mfa_login_webauthn": allauth(EVERYONE),
    "mfa_index": allauth(LOGGED_IN, acts=False),
    "mfa_authenticate": allauth(EVERYONE),
    "mfa_reauthenticate": allauth(LOGGED_IN),
    "mfa_activate_totp": allauth(LOGGED_IN),
    "mfa_deactivate_totp": allauth(LOGGED_IN),
    "mfa_view_recovery_codes": allauth(LOGGED_IN, acts=False),
    "mfa_generate_recovery_codes": allauth(LOGGED_IN),
    "mfa_download_recovery_codes": allauth(LOGGED_IN),
    "mfa_list_webauthn": allauth(LOGGED_IN, acts=False),
    "mfa_add_webauthn": allauth(LOGGED_IN),
    "mfa_reauthenticate_webauthn": allauth(LOGGED_IN),
    "mfa_edit_webauthn": form(BY_AUTHOR, objects=passkey),
    "mfa_remove_webauthn": form(BY_AUTHOR, objects=passkey),
    "usersessions_list": allauth(LOGGED_IN),
}
# Django's admin has its own tests; ours ask that nobody but national staff gets in (test_access.py).
ADMIN = "admin:"
# No page: a machine reads them.
NOT_HTML = {
    "healthz",
    "readyz",
    "users:stay_at_tablet",
    "robots",
    "sitemaps",
    "sitemap",
    "ideas:picture",
    "ideas:case_picture",
    "ideas:statutes",
    "ideas:report_file",
    "ideas:trial_picture",
    "ideas:my_trial_picture",
    "ideas:pilot_report",
    "ideas:my_pilot_report",
    "events:feed",
    "events:series_feed",
    "events:incubator_feed",
    "events:calendar",
    "events:material",
    "events:participant_calendar",
    "events:participants_file",
    "events:kitchen_file",
    "events:speaker_picture",
    "mfa_download_recovery_codes",
}
