"""The demo's events in words: the conference as it is announced, and what the three incubators might have planned.

Nobody is named who has not said so: the conference's speakers are still to come. Only the conference is real.
"""

CONFERENCE = {
    "title": "Sosialt entreprenørskap og fremtidens velferd",
    "summary": "To dager om hvordan sosiale entreprenører bygger gode nabolag og en sosial økonomi. "
    "Kom én dag, eller begge.",
    "body": "Folk vil skape gode liv for seg selv og for nabolaget sitt. Over hele verden ser land nå på hva sosiale "
    "entreprenører, samvirker og andre ideelle kan bety for velferden.\n\n"
    "Den **første dagen** er i Stavanger. Den er praktisk, og for deg som har ansvar for tjenester og medvirkning i en "
    "kommune eller bydel.\n\n"
    "Den **andre dagen** er i Oslo. Da snakker vi om hva en sosial og solidarisk økonomi kan være i Norge. OECD er "
    "invitert.",
}

# From the day of the month in October to what happens then; the hours are those of the clock in Oslo.
CONFERENCE_DAYS = {
    19: {
        "key": "stavanger",
        "hours": "09.00–14.30",
        "title": "Sosialt entreprenørskap og fremtidens velferd, del 1: Stavanger",
        "summary": "En praktisk dag for kommuner og bydeler som vil la innbyggerne være med og skape tjenestene.",
        "body": "Har du ansvar for tjenester, nærmiljø eller medvirkning der du jobber? Her møter du sosiale "
        "entreprenører, og kommuner som bruker sosialt entreprenørskap som verktøy.\n\n"
        "Vi ser på hva som er mulig og hva som stopper opp, på begge sider av bordet, når noe skal gjøres for første "
        "gang – og på hvordan andre har funnet en vei sammen.\n\n"
        "Du får også høre mer om Unlimited-metoden, fra nabolag som har tatt den i bruk.",
        "audience": "Deg som jobber med tjenester og medvirkning i en kommune eller bydel",
        "venue": "KRA Stavanger",
        "street_address": "Verven 24",
        "postcode": "4014",
        "city": "Stavanger",
        "organisers": "Norge Unlimited\nStavanger kommune",
        "capacity": 120,
        "programme": (
            ("09.00–09.30", "Kaffe og velkommen", "", False),
            ("09.30–10.30", "Hva er Unlimited-metoden?", "Fra idé til drift, med støtte i nabolaget.", True),
            ("10.45–11.45", "Sosiale entreprenører viser hva de har fått til", "", True),
            ("11.45–12.30", "Lunsj", "", False),
            (
                "12.30–13.30",
                "Begge sider av bordet",
                "Kommuner og sosiale entreprenører om det som stoppet opp, og om løsningene de fant sammen.",
                True,
            ),
            ("13.45–14.30", "Hva tar du med deg hjem?", "Vi snakker sammen i grupper.", False),
        ),
    },
    20: {
        "key": "oslo",
        "hours": "12.00–16.00",
        "title": "Sosialt entreprenørskap og fremtidens velferd, del 2: Oslo",
        "summary": "En første samtale om hva sosial og solidarisk økonomi er, og om Norge trenger et felles lovverk.",
        "body": "I Norge har vi liten tradisjon for å snakke om en sosial og solidarisk økonomi. Andre steder er "
        "samtalen i gang:\n\n"
        "- OECD har laget en veileder om rettslige rammer for feltet.\n"
        "- FN har vedtatt en resolusjon som bygger på definisjonen til ILO.\n"
        "- EU arbeider også med feltet.\n\n"
        "Hva betyr dette for velferden her, og trenger vi en egen lov?",
        "audience": "Alle som arbeider med velferd, lovverk og sosialt entreprenørskap",
        "venue": "The Conduit",
        "street_address": "Kristian Augusts gate 21",
        "postcode": "0164",
        "city": "Oslo",
        "organisers": "Norge Unlimited",
        "hosts": "The Conduit",
        "capacity": 80,
        "programme": (
            ("12.00–12.30", "Velkommen", "", False),
            ("12.30–13.30", "Sosial og solidarisk økonomi sett utenfra", "OECD er invitert.", True),
            ("13.45–14.45", "Hva kan det bety i Norge?", "", True),
            ("15.00–16.00", "Trenger vi et felles lovverk?", "En åpen samtale.", True),
        ),
    },
}

TALK = {
    "title": "Onsdagssamtale",
    "summary": "Ukas utfordring og ukas glede. Kom innom, ta en kaffe og fortell.",
    "body": "Hver onsdag setter vi oss ned sammen. Hver av oss sier **én ting som er vanskelig** og **én ting som har "
    "gått bra** siden sist. De andre hører på, og hjelper der de kan.\n\nDu trenger ingen idé for å komme.",
    "audience": "Alle i nabolaget",
}

# At the incubators: days from today, hour and length; how many come, and what becomes of it.
AT_PLACES = {
    "idekveld-paa-toyen": {
        "place": "toyen-unlimited",
        "days": 10,
        "title": "Idékveld: Hva mangler på Tøyen?",
        "summary": "Vi skriver ideer på lapper, prøver dem på hverandre og velger tre å gå videre med.",
        "capacity": 12,
        "guests": 10,
    },
    "kurs-i-enkelt-regnskap": {
        "place": "sondre-unlimited",
        "days": 15,
        "title": "Kurs i enkelt regnskap for foreninger",
        "summary": "For deg som nettopp har startet. Ta med egne tall, eller lån våre.",
        "capacity": 8,
        "guests": 11,
    },
    "vandring-paa-storhaug": {
        "place": "storhaug-unlimited",
        "days": 8,
        "title": "Vandring på Storhaug",
        "summary": "Vi går innom steder der naboer har satt noe i gang.",
        "capacity": 6,
        "guests": 6,
        "has_waitlist": False,
    },
    "ung-paa-toyen": {
        "place": "toyen-unlimited",
        "days": 45,
        "title": "Ungdomskveld: Vis hva du har laget",
        "summary": "For deg mellom 13 og 25 som holder på med noe, eller har lyst til å begynne.",
        "capacity": 40,
        "then": {"opens_in": 14},
    },
    "frokost-i-sondre": {
        "place": "sondre-unlimited",
        "days": 2,
        "title": "Frokost for støttespillere",
        "summary": "Vi deler det vi har lært den siste måneden.",
        "capacity": 20,
        "guests": 4,
        "then": {"closed_days_ago": 1},
    },
    "loppemarked-paa-storhaug": {
        "place": "storhaug-unlimited",
        "days": 12,
        "title": "Byttedag for barneklær",
        "summary": "Ta med det som er blitt for lite, og finn noe som passer.",
        "capacity": 30,
        "guests": 3,
        "then": {
            "cancel_reason": "Lokalet er stengt på grunn av en vannskade. Vi setter opp en ny dag så snart vi kan."
        },
    },
    "apent-mote-om-metoden": {
        "place": "toyen-unlimited",
        "days": -20,
        "title": "Åpent møte om Unlimited-metoden",
        "summary": "Hvordan en idé blir prøvd, gjort og bygget i nabolaget.",
        "capacity": 30,
        "guests": 5,
    },
}

# The venue of what happens at an incubator: no street address is known, and none is invented.
TOWNS = {"toyen-unlimited": "Oslo", "sondre-unlimited": "Oslo", "storhaug-unlimited": "Stavanger"}
GUESTS = (
    "Anna", "Bilal", "Camilla", "Daniel", "Eline", "Farah", "Gunnar", "Hodan", "Ida", "Jamal", "Kristin", "Liban",
)  # fmt: skip
