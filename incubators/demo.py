"""The three incubators known from public sources, and one account per role to try the site with.

Telephone numbers and street addresses are left out: none is invented. Mail goes to example.no, which nobody owns.
"""

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from django.utils import timezone

from incubators.actions.showing import show_person
from incubators.models import ChecklistItem, Incubator, Initiative, Membership, Municipality
from unlimited.users.models import User

Role = Membership.Role

PLACES = (
    {
        "slug": "toyen-unlimited",
        "name": "Tøyen Unlimited",
        "municipality": "0301",
        "district": "Gamle Oslo",
        "legal_status": Incubator.LegalStatus.ASSOCIATION,
        "neighbourhoods": "Tøyen, Grønland, Kampen, Vålerenga",
        "summary": "For deg på Tøyen og i Gamle Oslo som vil prøve ut en idé for nabolaget.",
        "opening_hours": "Onsdager kl. 12–18 (eksempel)",
        "contact_name": "Ingrid Demo",
        "contact_email": "toyen@example.no",
        "answer_days": 10,
    },
    {
        "slug": "sondre-unlimited",
        "name": "Søndre Unlimited",
        "municipality": "0301",
        "district": "Søndre Nordstrand",
        "legal_status": Incubator.LegalStatus.PUBLIC,
        "summary": "For deg i Søndre Nordstrand som vet hva nabolaget trenger.",
        "opening_hours": "",
        "contact_email": "sondre@example.no",
        "answer_days": 15,
    },
    {
        "slug": "storhaug-unlimited",
        "name": "Storhaug Unlimited",
        "municipality": "1103",
        "district": "Storhaug",
        "legal_status": Incubator.LegalStatus.PUBLIC,
        "summary": "For deg på Storhaug som vil gjøre noe sammen med naboene.",
        "opening_hours": "Tirsdager og torsdager kl. 10–15 (eksempel)",
        "contact_email": "storhaug@example.no",
        "answer_days": 10,
    },
)

# Roughly where they are; what each is truly for, its leader states.
POSTCODES = {
    "toyen-unlimited": [("0190", "0190"), ("0650", "0661")],
    "sondre-unlimited": [("1250", "1295")],
    "storhaug-unlimited": [("4014", "4016")],
}

# who, municipality, why, where it stands and in how many days we talk next
INITIATIVES = (
    (
        "Velforeningen på Slettebakken (eksempel)",
        "4601",
        "Mange unge har ingenting å gjøre om ettermiddagen, og grendehuset står tomt.",
        {"status": Initiative.Status.NEW, "due": 4},
    ),
    (
        "Biblioteket i Bodø (eksempel)",
        "1804",
        "Folk kommer til oss med idéer, og vi vet ikke hvor vi skal sende dem.",
        {"status": Initiative.Status.CONTACTED, "due": -3, "note": "Ringte. De vil snakke med kommunen først."},
    ),
    (
        "Tre naboer på Lillehammer (eksempel)",
        "3405",
        "Vi vil gjøre noe sammen.",
        {"status": Initiative.Status.ENDED, "note": "De ble med i en forening som finnes fra før."},
    ),
)

# e-mail, name, what to call the role on the terminal, national staff, roles by incubator
PEOPLE = (
    ("innbygger@example.no", "Amina Demo", "resident", False, {}),
    (
        "moderator@example.no",
        "Jonas Demo",
        "moderator at Tøyen and the national intake",
        False,
        {"toyen-unlimited": Role.MODERATOR, "nasjonalt-mottak": Role.MODERATOR},
    ),
    ("leder@example.no", "Ingrid Demo", "leader at Tøyen", False, {"toyen-unlimited": Role.LEADER}),
    (
        "vikar@example.no",
        "Nora Demo",
        "moderator at Tøyen, away for a week",
        False,
        {"toyen-unlimited": Role.MODERATOR},
    ),
    ("kommunen@example.no", "Bente Demo", "reader of Tøyen's reports in the municipality", False, {}),
    (
        "stottespiller@example.no",
        "Ali Demo",
        "supporter at Tøyen, Søndre and Storhaug",
        False,
        dict.fromkeys(("toyen-unlimited", "sondre-unlimited", "storhaug-unlimited"), Role.SUPPORTER),
    ),
    (
        "nasjonal@example.no",
        "Sunniva Demo",
        "national staff, moderator at the national intake",
        True,
        {"nasjonalt-mottak": Role.MODERATOR},
    ),
)


def load() -> None:
    """Make what is missing. What is there already stays as it is."""
    for facts in PLACES:
        municipality = Municipality.objects.get(number=facts["municipality"])
        facts = {**facts, "municipality": municipality, "stage": Incubator.Stage.ESTABLISHED}
        incubator, is_new = Incubator.objects.get_or_create(slug=facts["slug"], defaults=facts)
        for first, last in POSTCODES[incubator.slug] if is_new else ():
            incubator.postcode_areas.create(first=first, last=last)
    _load_initiatives()
    _load_stages()
    _close_some_days()
    _load_closed_place()
    for email, name, _role, is_national, roles in PEOPLE:
        user = _load_person(email, name, is_national)
        for slug, role in roles.items():
            incubator = Incubator.objects.get(slug=slug)
            Membership.objects.get_or_create(user=user, incubator=incubator, role=role, ends_on=None)
    substitute = Membership.objects.filter(user__email="vikar@example.no")
    substitute.update(absent_until=timezone.localdate() + dt.timedelta(days=7))
    _show_leader()


def _load_initiatives() -> None:
    """People who want to start one: somebody new, somebody we should have called, and one that came to nothing."""
    today = timezone.localdate()
    for number, (who, municipality, why, facts) in enumerate(INITIATIVES, 1):
        due = facts.get("due")
        closed = {} if due is not None else {"closed_at": timezone.now()}
        initiative, is_new = Initiative.objects.get_or_create(
            form_token=uuid.UUID(int=number),
            defaults={
                "who": who,
                "municipality": Municipality.objects.get(number=municipality),
                "why": why,
                "email": f"nabolag{number}@example.no",
                "status": facts["status"],
                "next_contact_on": None if due is None else today + dt.timedelta(days=due),
                "answer_due_on": None if due is None else today + dt.timedelta(days=due),
                **closed,
            },
        )
        if is_new and facts.get("note"):
            initiative.entries.create(from_status="new", to_status=facts["status"], note=facts["note"])


def _load_stages() -> None:
    """Tøyen's way to where it is, and one thing that it still lacks."""
    toyen = Incubator.objects.get(slug="toyen-unlimited")
    if toyen.stage_changes.exists():
        return
    Stage = Incubator.Stage
    for days, from_stage, to_stage, note in (
        (700, Stage.PILOT, Stage.ADJUST, "Seks idéer er prøvd ut. Tre lærte oss hva vi må gjøre annerledes."),
        (200, Stage.ADJUST, Stage.ESTABLISHED, "Bydelen har satt av penger, og to støttespillere er ansatt."),
    ):
        day = timezone.localdate() - dt.timedelta(days=days)
        toyen.stage_changes.create(from_stage=from_stage, to_stage=to_stage, decided_on=day, note=note)
    for item in ChecklistItem.objects.filter(is_active=True).exclude(slug="established-report"):
        toyen.ticks.create(item=item)


def _close_some_days() -> None:
    """A planning day at Tøyen, soon enough for its page to tell."""
    toyen, day = Incubator.objects.get(slug="toyen-unlimited"), timezone.localdate() + dt.timedelta(days=14)
    if not toyen.closed_periods.exists():
        toyen.closed_periods.create(starts_on=day, ends_on=day, words="Planleggingsdag (eksempel)")


def _load_closed_place() -> None:
    """An incubator that never was, to show what the page of a closed one says."""
    Incubator.objects.get_or_create(
        slug="nedlagt-eksempel",
        defaults={
            "name": "Nedlagt inkubator (eksempel)",
            "municipality": Municipality.objects.get(number="0301"),
            "district": "Gamle Oslo",
            "legal_status": Incubator.LegalStatus.ASSOCIATION,
            "is_active": False,
            "closed_at": timezone.now() - dt.timedelta(days=60),
            "closing_words": "Huset vi lånte, ble solgt. Takk til alle som var med.",
            "successor": Incubator.objects.get(slug="toyen-unlimited"),
        },
    )


def _show_leader() -> None:
    """Ingrid wants to be seen at Tøyen; the others have not said so."""
    ingrid, toyen = User.objects.get(email="leder@example.no"), Incubator.objects.get(slug="toyen-unlimited")
    if not ingrid.consents.exists():
        show_person(incubator=toyen, words="Spør meg om steder å møtes, og om hvem som kan bli med.", by=ingrid)


def log_ins() -> list[tuple[str, str]]:
    """E-mail and role of each account, for the terminal."""
    return [(email, role) for email, _name, role, _is_national, _roles in PEOPLE]


def _load_person(email: str, name: str, is_national: bool) -> User:
    user = User.objects.filter(email=email).first()
    if not user:
        user = User.objects.create_user(email, name=name, is_staff=is_national, is_superuser=is_national)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user
