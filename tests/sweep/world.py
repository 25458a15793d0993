"""Two incubators with one of everything, and one person per role: who must see A's things, and who must not."""

import io
import uuid
from dataclasses import dataclass
from functools import cached_property

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from fido2.cose import CoseKey
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from PIL import Image

from events.models import Event, Registration, Series
from ideas.models import (
    Agreement,
    AnswerTemplate,
    Appeal,
    CoAuthor,
    Concern,
    DeskEntry,
    Grant,
    Idea,
    MeasurementRequest,
    Meeting,
    MeetingNote,
    Merge,
    NextStep,
    Note,
    Partner,
    Report,
    StoryPerson,
    SupportRelation,
    Transition,
)
from incubators.models import Incubator, Initiative, Invitation, MunicipalPartner
from tests.factories import (
    AgreementFactory,
    BudgetFactory,
    ClosedPeriodFactory,
    ConcernFactory,
    ContactRequestFactory,
    DeskEntryFactory,
    EventFactory,
    IdeaFactory,
    IncubatorFactory,
    IndicatorFactory,
    InitiativeFactory,
    InvitationFactory,
    MeasurementFactory,
    MeasurementRequestFactory,
    MeetingFactory,
    MembershipFactory,
    MunicipalPartnerFactory,
    NextStepFactory,
    OrganisationFactory,
    RedactionFactory,
    RegistrationFactory,
    ReportFactory,
    SeatFactory,
    SeriesFactory,
    StoryConsentFactory,
    StoryFactory,
    StoryPersonFactory,
    SupportRelationFactory,
    ThemeFactory,
    TrialFactory,
    UserFactory,
)
from unlimited.mail.models import OutgoingMail
from unlimited.site.models import AccessibilityFeedback
from unlimited.users.models import Consent, User

ANONYMOUS, AUTHOR, RESIDENT, NATIONAL = "anonymous", "author", "resident", "national"
WRITER, PARTNER = "writer not logged in", "municipal partner"
A_LEADER, A_MODERATOR, A_SUPPORTER, A_FORMER = "A leader", "A moderator", "A supporter", "A former moderator"
# Works at A as a supporter, and supported the idea until A's supporter got it: tried where words can be lost.
ONCE_SUPPORTER = "A supporter until now"
# Has every role at A and is national staff, in a session without the second factor: gets what a resident gets.
NO_FACTOR = "staff without factor"
B_LEADER, B_MODERATOR, B_SUPPORTER = "B leader", "B moderator", "B supporter"

OF_B = frozenset({B_LEADER, B_MODERATOR, B_SUPPORTER})
MODERATORS_OF_A = frozenset({A_LEADER, A_MODERATOR})
STAFF_OF_A = MODERATORS_OF_A | {A_SUPPORTER}
STAFF = STAFF_OF_A | OF_B | {NATIONAL}
LOGGED_IN = STAFF | {AUTHOR, RESIDENT, A_FORMER, PARTNER, NO_FACTOR}
OF_THE_NETWORK = (NATIONAL, NO_FACTOR)
NOT_LOGGED_IN = frozenset({ANONYMOUS, WRITER})
EVERYONE = LOGGED_IN | NOT_LOGGED_IN
# Words of A's staff to each other, and who wrote an idea: neither is on any page of those they are not for.
# What a leader has written to leaders, and to those on a case that nobody is on.
LEADERS_WORDS = "between leaders only"
SECRET_WORDS, SECRET_NAME = "between colleagues only", "Author Whom Nobody Knows"
# The trial of the idea that is supported.
TRIAL = uuid.uuid4()
# What is counted of it.
INDICATOR = uuid.uuid4()
# What A's supporter wrote down for themself at a meeting.
OWN_WORDS = "swallow: for my own eyes"
# A concern of A's supporter: in what was written, whom they told, and what that person said.
CONCERN_WORDS, SEES_CONCERN = "afraid to go home", frozenset({A_SUPPORTER, A_LEADER})
# Who is in a story, which they have not all said yes to, and a word of it.
STORY_NAME, STORY_WORDS = "Dipper Whom Nobody Knows", "waxwing: shown nowhere yet"
# Stands in what was sent in, and is taken out of what everyone reads.
SECRET_PASSAGE = "Neighbour Nobody Asked"
# In the session of WRITER, who has begun an idea and has not logged in.
DRAFT_SECRET = "sweep"


@dataclass
class World:
    """Incubator A has an idea in each status; everybody else's part is to look at it."""

    people: dict[str, User | None]
    incubator: Incubator
    other_incubator: Incubator
    ideas: dict[str, Idea]
    public_idea: Idea
    answer_text: AnswerTemplate
    appeal: Appeal
    coauthor: CoAuthor
    partner: Partner
    draft_of_browser: Idea
    failed_mail: OutgoingMail
    feedback: AccessibilityFeedback
    invitation: Invitation
    concern: Concern
    support: SupportRelation
    wish: SupportRelation
    meeting: Meeting
    agreement: Agreement
    grant: Grant
    asked: MeasurementRequest
    next_step: NextStep
    in_story: StoryPerson
    merge: Merge
    desk_entry: DeskEntry
    initiative: Initiative
    consent: Consent
    passkey: Authenticator
    series: Series
    event: Event
    draft_event: Event
    past_event: Event
    party: Registration
    party_mail: OutgoingMail
    report: Report
    reader: MunicipalPartner

    @property
    def author(self) -> User:
        return self.people[AUTHOR]

    @cached_property
    def sent_ideas(self) -> list[Idea]:
        return [idea for status, idea in self.ideas.items() if status != Idea.Status.DRAFT]

    @cached_property
    def taken_in(self) -> list[Idea]:
        return [idea for status, idea in self.ideas.items() if status in Idea.PUBLIC_STATUSES]

    @cached_property
    def not_taken_in(self) -> list[Idea]:
        return [idea for idea in self.sent_ideas if idea not in self.taken_in]


def passkey() -> dict:
    """Return what a browser sends when it has made a passkey; good for showing, not for logging in."""
    key = CoseKey.parse({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    made = AttestedCredentialData.create(aaguid=Aaguid(bytes(16)), credential_id=b"sweep", public_key=key)
    facts = AuthenticatorData.create(sha256(b"localhost"), AuthenticatorData.FLAG.AT, 0, made)
    answer = {
        "clientDataJSON": websafe_encode(CollectedClientData.create("webauthn.create", b"c", "http://localhost")),
        "attestationObject": websafe_encode(AttestationObject.create("none", facts, {})),
    }
    return {"id": "c3dlZXA", "rawId": "c3dlZXA", "type": "public-key", "response": answer}


def drawing() -> str:
    """Return the name of a small picture in the tests' storage."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(content, "WEBP")
    return default_storage.save("ideas/sweep.webp", ContentFile(content.getvalue()))


def picture() -> dict:
    return {"picture": drawing(), "picture_alt": "A drawing"}


def make_people(place: Incubator, other_place: Incubator) -> dict[str, User | None]:
    """Return one person per role; None for who is not logged in."""
    people = dict.fromkeys(NOT_LOGGED_IN) | {
        role: UserFactory() for role in sorted(LOGGED_IN - {AUTHOR, *OF_THE_NETWORK})
    }
    people[AUTHOR] = UserFactory(name=SECRET_NAME)
    people |= {role: UserFactory(is_staff=True, is_superuser=True) for role in OF_THE_NETWORK}
    for incubator, letter in ((place, "A"), (other_place, "B")):
        MembershipFactory(incubator=incubator, user=people[f"{letter} leader"], leader=True)
        MembershipFactory(incubator=incubator, user=people[f"{letter} moderator"])
        MembershipFactory(incubator=incubator, user=people[f"{letter} supporter"], supporter=True)
    MembershipFactory(incubator=place, user=people[A_FORMER], former=True)
    people[ONCE_SUPPORTER] = MembershipFactory(incubator=place, supporter=True).user
    for role in ("leader", "moderator", "supporter"):
        MembershipFactory(incubator=place, user=people[NO_FACTOR], role=role)
    return people


def make_ideas(colleague: User, **facts) -> dict[str, Idea]:
    """Return one idea per status; of those sent in, the staff have said something among themselves."""
    ideas = {Idea.Status.DRAFT.value: IdeaFactory(**facts)}
    for status in Idea.Status.values[1:]:
        ideas[status] = IdeaFactory(**{status: True}, **facts)
        ideas[status].notes.create(author=colleague, audience=Note.Audience.STAFF, body=SECRET_WORDS)
        for audience in (Note.Audience.TEAM, Note.Audience.LEADER):
            ideas[status].notes.create(author=colleague, audience=audience, body=LEADERS_WORDS)
    return ideas


def make_story(idea: Idea) -> StoryPerson:
    """Return somebody in a story who has not answered; another one in it has said yes."""
    story = StoryFactory(idea=idea, title=STORY_WORDS, body=STORY_WORDS)
    StoryConsentFactory(person__story=story, person__name=STORY_NAME)
    return StoryPersonFactory(story=story, name=STORY_NAME)


def make_public_idea(**facts) -> Idea:
    """Return an idea that everyone reads, but for one passage and a story that waits for somebody's yes."""
    idea = IdeaFactory(public=True, need=f"There is {SECRET_PASSAGE}.", **facts)
    RedactionFactory(idea=idea, passage=SECRET_PASSAGE)
    Idea.objects.filter(pk=idea.pk).update(need="There is […].")
    idea.refresh_from_db()
    make_story(idea)
    return idea


def make_decision(idea: Idea, by: User) -> Transition:
    """Return what the staff decided, as the log has it."""
    facts = {"kind": idea.status, "from_status": "submitted", "to_status": idea.status, "step": idea.step}
    words = {"reason": "We lack a cellar.", "way_on": "Ask the library.", "way_on_kind": "other"}
    return idea.transitions.create(revision=idea.revision, by=by, **facts, **words)


def make_appeal(idea: Idea, by: User) -> Appeal:
    """Return the author's appeal against what `by` decided."""
    decision = make_decision(idea, by)
    return Appeal.objects.create(
        decision=decision, author=idea.author, reason="You misread me.", due_on=idea.answer_due_on
    )


def make_events(place: Incubator) -> dict:
    """Return a series with a day to come, one that is over with all that hangs on it, and one not published."""
    series = SeriesFactory(incubator=place)
    past = EventFactory(past=True, incubator=place, series=series)
    past.materials.create(title="The slides", file=ContentFile(b"%PDF-1.7", name="sweep.pdf"))
    past.speakers.create(name="Speaker", picture=drawing(), picture_alt="A drawing", has_picture_consent=True)
    party = make_party(EventFactory(series=series, incubator=place))
    return {
        "series": series,
        "event": EventFactory(incubator=place, series=series),
        "draft_event": EventFactory(incubator=place, draft=True),
        "past_event": past,
        "party": party,
        "party_mail": make_failed_mail(f"party-registered:{party.uuid}", party.contact_email),
    }


def make_party(event: Event) -> Registration:
    """Return a municipality's party: somebody seated, somebody offered a seat, somebody in line, and one unnamed."""
    party = RegistrationFactory(group=True)
    SeatFactory(registration=party, event=event)
    SeatFactory(registration=party, event=event, place=2, offered=True)
    SeatFactory(registration=party, event=event, place=3, waiting=True)
    SeatFactory(registration=party, event=event, place=4, unnamed=True)
    ContactRequestFactory(registration=party)
    return party


def make_failed_mail(key: str = "sweep", recipient: str = "sweep@example.no") -> OutgoingMail:
    """Return a mail that no server takes."""
    return OutgoingMail.objects.create(
        kind="plain-message",
        key=key,
        recipient=recipient,
        language="nb",
        priority=5,
        message_id=f"<{key}@example.no>",
        status=OutgoingMail.Status.FAILED,
        last_error="550 no such person",
        finished_at=timezone.now(),
    )


def make_concern(idea: Idea, writer: User) -> Concern:
    """Return a concern about `idea` that the leader has handed over to an authority."""
    concern = ConcernFactory(idea=idea, written_by=writer, what=CONCERN_WORDS)
    concern.entries.create(kind="told", whom=f"Mother: {CONCERN_WORDS}", note=CONCERN_WORDS, by=writer)
    concern.entries.create(kind="exported", whom=CONCERN_WORDS, by=writer)
    return concern


def make_desk_entry(place: Incubator, by: User) -> DeskEntry:
    """Return an idea that somebody told at the desk; nobody but the staff knows who."""
    return DeskEntryFactory(idea__incubator=place, written_by=by, person_name=SECRET_WORDS, contact=SECRET_WORDS)


def make_merge(ideas: dict[str, Idea], by: User) -> Merge:
    """Return the question whether two ideas may become one, which their author has not answered."""
    two = {"source": ideas[Idea.Status.SUBMITTED], "target": ideas[Idea.Status.PAUSED]}
    return Merge.objects.create(**two, proposed_by=by, reason="Both want a workshop.")


def make_support(idea: Idea, people: dict[str, User | None]) -> SupportRelation:
    """Return the work of A's supporter with the author; only staff read how the leader asked for it."""
    SupportRelationFactory(idea=idea, supporter=people[ONCE_SUPPORTER], ended=True)
    facts = {"supporter": people[A_SUPPORTER], "asked_by": people[A_LEADER], "note": SECRET_WORDS}
    return SupportRelationFactory(idea=idea, **facts)


def make_wish(idea: Idea, supporter: User) -> SupportRelation:
    """Return what a supporter asked for: it opens no case before the author has said yes."""
    return SupportRelationFactory(idea=idea, supporter=supporter, asked_by=supporter, offered=True)


def make_meeting(support: SupportRelation) -> dict:
    """Return a meeting that was, of which the supporter kept notes of their own, what is next, and what is proposed."""
    meeting = MeetingFactory(idea=support.idea, past=True)
    MeetingNote.objects.create(meeting=meeting, audience="own", author=support.supporter, body=OWN_WORDS)
    OrganisationFactory(idea=support.idea, statutes=ContentFile(b"%PDF-1.7", name="statutes.pdf"))
    TrialFactory(idea=support.idea, uuid=TRIAL, picture=picture()["picture"], picture_alt="x", picture_agreed=True)
    rest = {"next_step": NextStepFactory(idea=support.idea), "agreement": AgreementFactory(idea=support.idea)}
    rest |= {"grant": Grant.objects.create(budget=BudgetFactory(incubator=support.idea.incubator), kroner=100)}
    rest |= {"in_story": make_story(support.idea), "asked": make_effect(support.idea)}
    return {"support": support, "meeting": meeting, **rest}


def make_report(place: Incubator, people: dict[str, User | None]) -> dict:
    """Return a report that A's leader has sent, and who reads it for the municipality."""
    reader = MunicipalPartnerFactory(incubator=place, email=people[PARTNER].email)
    return {"reader": reader, "report": ReportFactory(place=place, frozen_by=people[A_LEADER], words="A good year.")}


def make_effect(idea: Idea) -> MeasurementRequest:
    """Return a question that its author has not answered, about what was counted once before."""
    MeasurementFactory(indicator=IndicatorFactory(idea=idea, uuid=INDICATOR))
    return MeasurementRequestFactory(idea=idea)


def make_coauthor(idea: Idea) -> CoAuthor:
    """Return an invitation that nobody has answered."""
    ends_at = timezone.now() + CoAuthor.LASTS
    return CoAuthor.objects.create(idea=idea, email="along@example.no", expires_at=ends_at)


def make_consent(idea: Idea) -> Consent:
    """Return the author's yes to publishing it."""
    what = {"purpose": Consent.Purpose.PUBLISH_IDEA, "subject": idea.consent_subject}
    return idea.author.consents.create(**what, text_version="1", source="sweep", given_at=timezone.now())


def make_world() -> World:
    """Build the world in the test's database."""
    place, other_place = IncubatorFactory(public=True), IncubatorFactory()
    people = make_people(place, other_place)
    author, leader = people[AUTHOR], people[A_LEADER]
    facts = {"author": author, "incubator": place, "themes": [ThemeFactory()], **picture()}
    ClosedPeriodFactory(incubator=place)
    ideas = make_ideas(leader, **facts)
    make_decision(ideas[Idea.Status.DECLINED], people[A_MODERATOR])
    return World(
        **make_events(place),
        people=people,
        incubator=place,
        other_incubator=other_place,
        ideas=ideas,
        draft_of_browser=IdeaFactory(author=None, draft_key=sha256(DRAFT_SECRET.encode()).hex()),
        feedback=AccessibilityFeedback.objects.create(text="I cannot reach the button."),
        failed_mail=make_failed_mail(),
        coauthor=make_coauthor(ideas[Idea.Status.SUBMITTED]),
        appeal=make_appeal(ideas[Idea.Status.ENDED], people[A_MODERATOR]),
        concern=make_concern(ideas[Idea.Status.ACCEPTED], people[A_SUPPORTER]),
        desk_entry=make_desk_entry(place, people[A_MODERATOR]),
        merge=make_merge(ideas, leader),
        **make_report(place, people),
        wish=make_wish(ideas[Idea.Status.PAUSED], people[A_SUPPORTER]),
        **make_meeting(make_support(ideas[Idea.Status.ACCEPTED], people)),
        answer_text=AnswerTemplate.objects.create(incubator=place, kind="declined", name="A text", reason="[Why]"),
        partner=Partner.objects.create(incubator=place, name="The library"),
        public_idea=make_public_idea(**facts),
        initiative=InitiativeFactory(),
        invitation=InvitationFactory(incubator=place, invited_by=leader),
        consent=make_consent(ideas[Idea.Status.ACCEPTED]),
        passkey=Authenticator.objects.create(
            user=author, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": passkey()}
        ),
    )
