"""Test objects, one factory a model, variations as traits. Each area appends its own.

It is longer than usual because every model of ours has its factory here, and they build on each other.
"""

import datetime as dt
import uuid

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.models import ContactRequest, Event, Participant, Registration, Seat, Series
from ideas.codes import hash_of
from ideas.models import (
    Agreement,
    Budget,
    Concern,
    DeskEntry,
    Idea,
    Indicator,
    Measurement,
    MeasurementRequest,
    Meeting,
    NextStep,
    Organisation,
    Redaction,
    Report,
    ReportStory,
    Side,
    Story,
    StoryConsent,
    StoryPerson,
    StoryPlace,
    SupportRelation,
    Theme,
    Trial,
    Version,
)
from incubators.models import (
    ChecklistItem,
    ClosedPeriod,
    Incubator,
    Initiative,
    Invitation,
    Membership,
    Municipality,
    MunicipalPartner,
    PostcodeArea,
)
from unlimited.users.models import User


class UserFactory(DjangoModelFactory):
    """A resident who has typed a code once. `staff=True` is national staff; roles come by MembershipFactory."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)

    email = factory.Sequence(lambda n: f"person{n}@example.no")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "nb"

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        """A test acts for people without a session; those of a request are loaded anew and ask theirs."""
        super()._after_postgeneration(instance, create, results)
        instance.has_shown_factor = True

    @factory.post_generation
    def password(self, create, value, **kwargs):
        if value:
            self.set_password(value)
        else:
            self.set_unusable_password()
        if create:
            self.save()

    @factory.post_generation
    def address(self, create, value, **kwargs):
        if create:
            EmailAddress.objects.create(user=self, email=self.email.lower(), verified=True, primary=True)


class MunicipalityFactory(DjangoModelFactory):
    """Oslo unless told otherwise; the row of the reference data where it is loaded."""

    class Meta:
        model = Municipality
        django_get_or_create = ("number",)

    number = "0301"
    name = "Oslo"
    county_number = "03"
    county = "Oslo"


class IncubatorFactory(DjangoModelFactory):
    """An active place. `intake=True` is the one national intake, found or made."""

    class Meta:
        model = Incubator
        django_get_or_create = ("slug",)

    class Params:
        intake = factory.Trait(
            slug="nasjonalt-mottak",
            name="Norge Unlimited",
            municipality=None,
            district="",
            is_national_intake=True,
        )
        public = factory.Trait(legal_status=Incubator.LegalStatus.PUBLIC)
        closed = factory.Trait(is_active=False)

    slug = factory.Sequence(lambda n: f"incubator-{n}")
    name = factory.Sequence(lambda n: f"Incubator {n}")
    municipality = factory.SubFactory(MunicipalityFactory)
    district = "Gamle Oslo"
    legal_status = Incubator.LegalStatus.ASSOCIATION


class MembershipFactory(DjangoModelFactory):
    """A current moderator; `leader=True`, `supporter=True`; `former=True` ended yesterday."""

    class Meta:
        model = Membership

    class Params:
        leader = factory.Trait(role=Membership.Role.LEADER)
        supporter = factory.Trait(role=Membership.Role.SUPPORTER)
        former = factory.Trait(ends_on=factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=1)))

    incubator = factory.SubFactory(IncubatorFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.MODERATOR
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30))


class InvitationFactory(DjangoModelFactory):
    """A pending invitation; one trait for each way it can end."""

    class Meta:
        model = Invitation

    class Params:
        closed = factory.Trait(closed_at=factory.LazyFunction(timezone.now))
        accepted = factory.Trait(closed=True, status=Invitation.Status.ACCEPTED)
        declined = factory.Trait(closed=True, status=Invitation.Status.DECLINED)
        withdrawn = factory.Trait(closed=True, status=Invitation.Status.WITHDRAWN)
        expired = factory.Trait(expires_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(hours=1)))

    incubator = factory.SubFactory(IncubatorFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.no")
    role = Membership.Role.MODERATOR
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=14))


class PostcodeAreaFactory(DjangoModelFactory):
    class Meta:
        model = PostcodeArea

    incubator = factory.SubFactory(IncubatorFactory)
    first = "0650"
    last = factory.SelfAttribute("first")


class ChecklistItemFactory(DjangoModelFactory):
    class Meta:
        model = ChecklistItem
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"item-{n}")
    stage = Incubator.Stage.PILOT
    name_nb = factory.Sequence(lambda n: f"Punkt {n}")
    name_nn = factory.Sequence(lambda n: f"Punkt {n}")
    name_en = factory.Sequence(lambda n: f"Item {n}")
    position = factory.Sequence(lambda n: n + 100)


class ClosedPeriodFactory(DjangoModelFactory):
    """A week that begins in ten days."""

    class Meta:
        model = ClosedPeriod

    incubator = factory.SubFactory(IncubatorFactory)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=10))
    ends_on = factory.LazyAttribute(lambda period: period.starts_on + dt.timedelta(days=6))
    words = "Summer holiday"


class InitiativeFactory(DjangoModelFactory):
    """Somebody who wrote today. `overdue=True`, `ended=True`, `founded=True`."""

    class Meta:
        model = Initiative

    class Params:
        days = 7
        overdue = factory.Trait(days=-1)
        closed = factory.Trait(next_contact_on=None, closed_at=factory.LazyFunction(timezone.now))
        ended = factory.Trait(closed=True, status=Initiative.Status.ENDED)
        founded = factory.Trait(
            closed=True, status=Initiative.Status.FOUNDED, incubator=factory.SubFactory(IncubatorFactory)
        )

    form_token = factory.LazyFunction(uuid.uuid4)
    who = factory.Sequence(lambda n: f"Neighbours {n}")
    municipality = factory.SubFactory(MunicipalityFactory)
    why = "There is nowhere to meet."
    email = factory.Sequence(lambda n: f"starter{n}@example.no")
    next_contact_on = factory.LazyAttribute(lambda one: timezone.localdate() + dt.timedelta(days=one.days))
    answer_due_on = factory.LazyAttribute(lambda one: timezone.localdate() + dt.timedelta(days=one.days))


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"theme-{n}")
    name_nb = factory.Sequence(lambda n: f"Tema {n}")
    name_nn = factory.Sequence(lambda n: f"Emne {n}")
    name_en = factory.Sequence(lambda n: f"Theme {n}")
    position = factory.Sequence(lambda n: n + 10)


class IdeaFactory(DjangoModelFactory):
    """A complete draft of somebody logged in. A trait for each later status; `public=True` is one that anyone may read.

    Statuses after draft come with the version that was sent in, as in real life; log rows do not.
    """

    class Meta:
        model = Idea
        skip_postgeneration_save = True

    class Params:
        anonymous = factory.Trait(author=None, draft_key=factory.Sequence(lambda n: f"{n:064x}"))
        sent = factory.Trait(
            slug=factory.Sequence(lambda n: f"idea-{n}"),
            incubator=factory.SubFactory(IncubatorFactory),
            submitted_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=2)),
            answer_due_on=factory.LazyAttribute(lambda idea: idea.incubator.answer_due_on(idea.submitted_at)),
        )
        answered = factory.Trait(
            answered_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1)),
            staff_acted_at=factory.LazyAttribute(lambda idea: idea.answered_at),
        )
        # Taken in, and then nothing.
        quiet = factory.Trait(
            accepted=True, staff_acted_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=45))
        )
        submitted = factory.Trait(sent=True, status=Idea.Status.SUBMITTED)
        overdue = factory.Trait(
            submitted=True,
            submitted_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=40)),
        )
        changes_requested = factory.Trait(sent=True, answered=True, status=Idea.Status.CHANGES_REQUESTED)
        accepted = factory.Trait(sent=True, answered=True, status=Idea.Status.ACCEPTED, step=Idea.Step.TRY)
        declined = factory.Trait(sent=True, answered=True, status=Idea.Status.DECLINED)
        paused = factory.Trait(sent=True, answered=True, status=Idea.Status.PAUSED, step=Idea.Step.TRY)
        ended = factory.Trait(sent=True, answered=True, status=Idea.Status.ENDED, step=Idea.Step.DO)
        withdrawn = factory.Trait(sent=True, status=Idea.Status.WITHDRAWN)
        merged = factory.Trait(
            sent=True, status="merged", merged_into=factory.SubFactory("tests.factories.IdeaFactory", ended=True)
        )
        consenting = factory.Trait(may_publish=True, age_band=Idea.AgeBand.FROM_18)
        public = factory.Trait(accepted=True, consenting=True)
        hidden = factory.Trait(is_hidden=True, hidden_reason="It names a neighbour.")

    author = factory.SubFactory(UserFactory)
    taken_by = None
    taken_at = factory.LazyAttribute(lambda idea: timezone.now() if idea.taken_by else None)
    title = factory.Sequence(lambda n: f"Open workshop {n}")
    need = "Young people have nowhere to be after school."
    proposal = "Open the cellar as a workshop two evenings a week."
    language = "nb"

    @factory.post_generation
    def themes(self, create, value, **kwargs):
        if create and value:
            self.themes.set(value)

    @factory.post_generation
    def version(self, create, value, **kwargs):
        if create and self.status != Idea.Status.DRAFT:
            Version.of(self).save()


class ConcernFactory(DjangoModelFactory):
    """A concern of a current moderator about an idea taken in."""

    class Meta:
        model = Concern

    idea = factory.SubFactory(IdeaFactory, accepted=True)
    incubator = factory.SelfAttribute("idea.incubator")
    what = "She writes that she dares not go home."
    written_by = factory.LazyAttribute(lambda concern: MembershipFactory(incubator=concern.incubator).user)


class DeskEntryFactory(DjangoModelFactory):
    """An idea that a moderator has written down for somebody, with `code` on their slip."""

    class Meta:
        model = DeskEntry
        exclude = ["code"]

    code = "ABCDEFGHJKM"
    idea = factory.SubFactory(IdeaFactory, submitted=True, author=None)
    written_by = factory.LazyAttribute(lambda row: MembershipFactory(incubator=row.idea.incubator).user)
    channel = DeskEntry.Channel.DESK
    person_name = "Gudrun"
    contact = "22 00 00 00 after six"
    consent_text = "spoken-1"
    code_hash = factory.LazyAttribute(lambda row: hash_of(row.code))
    code_made_at = factory.LazyFunction(timezone.now)


class SupportRelationFactory(DjangoModelFactory):
    """A supporter at work with an idea taken in, at its incubator. `asked=True`, `offered=True`, `ended=True`."""

    class Meta:
        model = SupportRelation

    class Params:
        asked = factory.Trait(status=SupportRelation.Status.ASKED, offered_at=None, started_at=None, contact_at=None)
        offered = factory.Trait(status=SupportRelation.Status.OFFERED, started_at=None, contact_at=None)
        ended = factory.Trait(
            status=SupportRelation.Status.ENDED,
            end_reason=SupportRelation.EndReason.FINISHED,
            ended_at=factory.LazyFunction(timezone.now),
        )

    idea = factory.SubFactory(IdeaFactory, accepted=True)
    supporter = factory.LazyAttribute(lambda row: MembershipFactory(incubator=row.idea.incubator, supporter=True).user)
    status = SupportRelation.Status.ACTIVE
    offered_at = factory.LazyFunction(timezone.now)
    started_at = factory.LazyFunction(timezone.now)
    contact_at = factory.LazyFunction(timezone.now)


class MeetingFactory(DjangoModelFactory):
    """Times that the supporter of an idea proposed. `booked=True` is a week from now, `past=True` was yesterday."""

    class Meta:
        model = Meeting

    class Params:
        booked = factory.Trait(
            status=Meeting.Status.BOOKED,
            starts_at=factory.LazyAttribute(lambda row: row.times[0]),
            booked_at=factory.LazyAttribute(lambda row: row.times[0] - dt.timedelta(days=7)),
            bookings=1,
        )
        past = factory.Trait(booked=True, times=factory.LazyFunction(lambda: [timezone.now() - dt.timedelta(days=1)]))

    idea = factory.LazyFunction(lambda: SupportRelationFactory().idea)
    supporter = factory.LazyAttribute(lambda row: row.idea.support_relations.active().get().supporter)
    proposed_by_side = Side.SUPPORTER
    times = factory.LazyFunction(lambda: [timezone.now().replace(microsecond=0) + dt.timedelta(days=7)])
    venue = "The library"


class BudgetFactory(DjangoModelFactory):
    """10 000 kroner for this year."""

    class Meta:
        model = Budget

    incubator = factory.SubFactory(IncubatorFactory)
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    kroner = 10_000


class AgreementFactory(DjangoModelFactory):
    """Proposed to the author of a supported idea, without money. `agreed=True`; `ended=True` went up a step."""

    class Meta:
        model = Agreement

    class Params:
        agreed = factory.Trait(status=Agreement.Status.AGREED, answered_at=factory.LazyFunction(timezone.now))
        ended = factory.Trait(
            status=Agreement.Status.ENDED,
            answered_at=factory.LazyFunction(timezone.now),
            ended_at=factory.LazyFunction(timezone.now),
            outcome=Agreement.Outcome.UP,
        )

    idea = factory.LazyFunction(lambda: SupportRelationFactory().idea)
    step = factory.LazyAttribute(lambda row: row.idea.step)
    supporter = factory.LazyAttribute(lambda row: row.idea.support_relations.active().get().supporter)
    find_out = "Do people come back a second time?"
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.LazyAttribute(lambda row: row.starts_on + dt.timedelta(days=56))
    talk_on = factory.LazyAttribute(lambda row: row.ends_on)


class TrialFactory(DjangoModelFactory):
    """What the author of a supported idea tried, in three fields."""

    class Meta:
        model = Trial

    idea = factory.LazyFunction(lambda: SupportRelationFactory().idea)
    side = Side.AUTHOR
    hypothesis = "Would anyone come?"
    happened = "Forty came."
    learnt = "They want to cook themselves."


class StoryFactory(DjangoModelFactory):
    """A story of a supported idea with nobody in it yet; `people=2` has so many."""

    class Meta:
        model = Story
        skip_postgeneration_save = True

    idea = factory.LazyFunction(lambda: SupportRelationFactory().idea)
    title = factory.Sequence(lambda n: f"Story {n}")
    body = "I knew nobody here. Now I make soup with my neighbours."
    language = "nb"

    @factory.post_generation
    def people(self, create, value, **kwargs):
        for _each in range(value or 0):
            StoryPersonFactory(story=self)


class StoryPersonFactory(DjangoModelFactory):
    """Somebody in a story, who has not been asked. `yes=("web", "report")` is what they have said yes to."""

    class Meta:
        model = StoryPerson
        skip_postgeneration_save = True

    story = factory.SubFactory(StoryFactory)
    name = factory.Sequence(lambda n: f"Neighbour {n}")
    email = factory.Sequence(lambda n: f"neighbour{n}@example.no")

    @factory.post_generation
    def yes(self, create, value, **kwargs):
        for purpose in value or ():
            StoryConsentFactory(person=self, purpose=purpose)


class StoryConsentFactory(DjangoModelFactory):
    """A yes to the words as they are, for a year. `ran_out=True` ended yesterday; `withdrawn=True` is taken back."""

    class Meta:
        model = StoryConsent

    class Params:
        days = 365
        ran_out = factory.Trait(days=-1)
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(timezone.now))

    person = factory.SubFactory(StoryPersonFactory)
    purpose = "web"
    until = factory.LazyAttribute(lambda row: timezone.localdate() + dt.timedelta(days=row.days))
    story_revision = factory.LazyAttribute(lambda row: row.person.story.revision)
    text_version = "story-1"


class StoryPlaceFactory(DjangoModelFactory):
    class Meta:
        model = StoryPlace

    story = factory.SubFactory(StoryFactory)
    purpose = "press"
    where = "The local newspaper, page 12"


class ReportFactory(DjangoModelFactory):
    """The report of an incubator for the first half of 2026. `of_district=True` is that of all in its district."""

    class Meta:
        model = Report

    class Params:
        place = factory.SubFactory(IncubatorFactory)
        of_district = factory.Trait(incubator=None, district=factory.LazyAttribute(lambda row: row.place.district))

    incubator = factory.LazyAttribute(lambda row: row.place)
    municipality = factory.LazyAttribute(lambda row: (row.incubator or row.place).municipality)
    starts_on = dt.date(2026, 1, 1)
    ends_on = dt.date(2026, 6, 30)
    version = factory.Sequence(lambda n: n % 30_000 + 1)
    figures = factory.LazyFunction(
        lambda: {
            "tables": [
                {"key": "steps", "rows": [["try", 12], ["do", None], ["build", None]], "is_whole": True, "total": 21},
                {"key": "people", "rows": [["authors", 1234], ["coauthors", None]], "is_whole": False, "total": None},
            ]
        }
    )


class ReportStoryFactory(DjangoModelFactory):
    """A story in a report, as it is worded now."""

    class Meta:
        model = ReportStory

    story = factory.SubFactory(StoryFactory)
    report = factory.LazyAttribute(lambda row: ReportFactory(incubator=row.story.idea.incubator))
    title = factory.LazyAttribute(lambda row: row.story.title)
    body = factory.LazyAttribute(lambda row: row.story.body)


class IndicatorFactory(DjangoModelFactory):
    """Written a month ago for a supported idea: from 4 to 20. `retired=True` is counted no more."""

    class Meta:
        model = Indicator

    class Params:
        retired = factory.Trait(retired_at=factory.LazyFunction(timezone.now))

    idea = factory.LazyFunction(lambda: SupportRelationFactory().idea)
    place = factory.LazyAttribute(lambda row: row.idea.indicators.in_use().count() + 1)
    target_group = "Young people in the block"
    question = factory.Sequence(lambda n: f"How many come each week? ({n})")
    unit = "people"
    baseline = 4
    baseline_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30))
    goal = 20
    created_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=30))


class MeasurementRequestFactory(DjangoModelFactory):
    """Asked just now, about a step that the idea took an hour ago. `expired=True` was asked too long ago."""

    class Meta:
        model = MeasurementRequest

    class Params:
        expired = factory.Trait(asked_at=factory.LazyFunction(lambda: timezone.now() - MeasurementRequest.LASTS))

    idea = factory.LazyFunction(lambda: SupportRelationFactory().idea)
    since = factory.LazyAttribute(lambda row: row.asked_at - dt.timedelta(hours=1))
    months = 0
    asked_at = factory.LazyFunction(timezone.now)


class MeasurementFactory(DjangoModelFactory):
    """Half of the way, written down by the author today."""

    class Meta:
        model = Measurement

    indicator = factory.SubFactory(IndicatorFactory)
    value = 12
    step = factory.LazyAttribute(lambda row: row.indicator.idea.step)
    side = Side.AUTHOR


class OrganisationFactory(DjangoModelFactory):
    """An association, of an idea taken in."""

    class Meta:
        model = Organisation

    idea = factory.SubFactory(IdeaFactory, accepted=True)
    form = Organisation.Form.ASSOCIATION


class MunicipalPartnerFactory(DjangoModelFactory):
    """Somebody of the municipality who reads the reports. `ended=True` reads them no more."""

    class Meta:
        model = MunicipalPartner

    class Params:
        ended = factory.Trait(ended_at=factory.LazyFunction(timezone.now))

    incubator = factory.SubFactory(IncubatorFactory)
    email = factory.Sequence(lambda n: f"municipal{n}@example.no")
    name = factory.Sequence(lambda n: f"Adviser {n}")


class NextStepFactory(DjangoModelFactory):
    """A step that the author of a supported idea is to take within a week. `overdue=True` was due yesterday."""

    class Meta:
        model = NextStep

    class Params:
        overdue = factory.Trait(due_on=factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=1)))

    idea = factory.LazyFunction(lambda: SupportRelationFactory().idea)
    side = Side.AUTHOR
    what = "Ask the caretaker"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=7))


class RedactionFactory(DjangoModelFactory):
    class Meta:
        model = Redaction

    idea = factory.SubFactory(IdeaFactory, public=True)
    passage = "Kari"
    reason = "She has not been asked."


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = Series

    slug = factory.Sequence(lambda n: f"series-{n}")
    title = factory.Sequence(lambda n: f"Series {n}")
    is_published = True


class EventFactory(DjangoModelFactory):
    """A published event in three weeks with ten seats. `past=True`, `cancelled=True`, `drop_in=True`, `draft=True`."""

    class Meta:
        model = Event

    class Params:
        days = 21
        past = factory.Trait(days=-21)
        draft = factory.Trait(is_published=False)
        drop_in = factory.Trait(capacity=None)
        cancelled = factory.Trait(
            cancelled_at=factory.LazyFunction(timezone.now), cancel_reason="The house has burnt down."
        )

    slug = factory.Sequence(lambda n: f"event-{n}")
    title = factory.Sequence(lambda n: f"Event {n}")
    starts_at = factory.LazyAttribute(
        lambda o: timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + dt.timedelta(days=o.days)
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(hours=5))
    venue = "KRA Stavanger"
    street_address = "Verven 24"
    postcode = "4014"
    city = "Stavanger"
    capacity = 10
    is_published = True


class RegistrationFactory(DjangoModelFactory):
    """Somebody who registered themselves; `group=True` is a municipality's party. Seats come by SeatFactory."""

    class Meta:
        model = Registration

    class Params:
        group = factory.Trait(kind=Registration.Kind.MUNICIPALITY, municipality=factory.SubFactory(MunicipalityFactory))

    form_token = factory.LazyFunction(uuid.uuid4)
    contact_name = factory.Sequence(lambda n: f"Contact {n}")
    contact_email = factory.Sequence(lambda n: f"contact{n}@example.no")
    language = "nb"


class ContactRequestFactory(DjangoModelFactory):
    class Meta:
        model = ContactRequest

    registration = factory.SubFactory(RegistrationFactory, group=True)
    name = "Siri Vik"
    email = factory.Sequence(lambda n: f"siri{n}@example.no")


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    registration = factory.SubFactory(RegistrationFactory)
    name = factory.Sequence(lambda n: f"Participant {n}")
    email = factory.Sequence(lambda n: f"participant{n}@example.no")


class SeatFactory(DjangoModelFactory):
    """A seat with a participant in it. `waiting=True`, `offered=True`, `given_back=True`, `unnamed=True`."""

    class Meta:
        model = Seat

    class Params:
        unnamed = factory.Trait(participant=None, email="")
        waiting = factory.Trait(
            status=Seat.Status.WAITING, seated_at=None, rank=factory.LazyAttribute(lambda o: o.registration.pk)
        )
        offered = factory.Trait(
            status=Seat.Status.OFFERED,
            seated_at=None,
            rank=factory.LazyAttribute(lambda o: o.registration.pk),
            offered_at=factory.LazyFunction(timezone.now),
            offer_expires_at=factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=1)),
        )
        given_back = factory.Trait(
            status=Seat.Status.CANCELLED,
            cancelled_at=factory.LazyFunction(timezone.now),
            cancel_reason=Seat.CancelReason.GIVEN_BACK,
        )

    registration = factory.SubFactory(RegistrationFactory)
    event = factory.SubFactory(EventFactory)
    place = 1
    participant = factory.SubFactory(ParticipantFactory, registration=factory.SelfAttribute("..registration"))
    email = factory.LazyAttribute(lambda o: o.participant.email.lower() if o.participant else "")
    status = Seat.Status.SEATED
    seated_at = factory.LazyFunction(timezone.now)
