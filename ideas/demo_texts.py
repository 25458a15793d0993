"""The demo's ideas, in people's own words: who, where, about what, and what happened (days ago, kind, words)."""

IDEAS = {
    "lekselag-i-vaskekjelleren": {
        "author": "innbygger@example.no",
        "place": "",
        "themes": "inkludering",
        "texts": {
            "need": "I blokka vår bor det mange som går på skolen, men hjemme er det trangt og bråkete. Flere "
            "gjør lekser "
            "i trappa.",
            "proposal": "Vaskekjelleren står tom etter at alle fikk egen maskin. Der kan vi sette bord",
            "language": "nb",
        },
        "events": [],
    },
    "benker-langs-skoleveien": {
        "author": "bestemora@example.no",
        "place": "toyen-unlimited",
        "themes": "ensomhet inkludering",
        "texts": {
            "title": "Benker langs skoleveien",
            "need": "Vi som går sakte, klarer ikke hele veien til butikken uten å hvile. Det er ingen steder å "
            "sette seg. Og bakken ved skolen er mørk om vinteren.",
            "proposal": "Snekre fem benker sammen med elevene på ungdomsskolen, og male dem i hver sin farge. "
            "Den som bor nærmest, ser til benken.",
            "audience": "Eldre, gravide og alle som bærer tungt.",
            "joiners": "Sløydlæreren har sagt ja. Velforeningen kan spørre om lov til å sette dem ut.",
            "help_needed": ["equipment", "skills"],
            "help_details": "Plank, skruer og en som kan snakke med kommunen.",
            "neighbourhood": "Tøyen",
            "language": "nb",
        },
        "events": [(2, "submitted", {})],
    },
    "symaskiner-paa-loftet": {
        "author": "naboen@example.no",
        "place": "toyen-unlimited",
        "themes": "arbeidsledighet fattigdom",
        "texts": {
            "title": "Symaskiner på loftet",
            "need": "Mange mødre her kan sy, men har ikke maskin og ingen å sy sammen med. Klær kastes som kunne "
            "vært "
            "reparert.",
            "proposal": "En åpen systue to kvelder i uka, der vi lapper klær for naboer og lærer av hverandre. "
            "Etter hvert "
            "kan noen ta betalt for oppdrag.",
            "audience": "Kvinner som er hjemme på dagen.",
            "help_needed": ["place", "equipment", "money"],
            "neighbourhood": "Gamle Oslo",
            "language": "nb",
        },
        "events": [(30, "submitted", {}), (20, "staff", {"body": "Hvem kjenner noen med et lokale på bakkeplan?"})],
    },
    "nattaapen-ballbinge": {
        "author": "treneren@example.no",
        "place": "toyen-unlimited",
        "themes": "kriminalitet inkludering",
        "texts": {
            "title": "Nattåpen ballbinge",
            "need": "Fredag kveld er det ingenting å gjøre for dem over seksten. De henger ved t-banen, og det "
            "blir bråk.",
            "proposal": "Lys i ballbingen og to voksne til stede til klokka tolv hver fredag.",
            "audience": "Ungdom fra 16 til 20.",
            "help_needed": ["people", "money"],
            "neighbourhood": "Tøyen",
            "language": "nb",
        },
        "events": [
            (12, "submitted", {}),
            (
                7,
                "changes_requested",
                {"reason": "Vi liker ideen. Skriv hvem de to voksne kan være, og om naboene rundt bingen er spurt."},
            ),
            (6, "author", {"body": "Jeg spør i borettslaget på tirsdag.", "mine": True}),
        ],
    },
    "suppe-paa-torget": {
        "author": "innbygger@example.no",
        "place": "toyen-unlimited",
        "themes": "ensomhet fattigdom",
        "texts": {
            "title": "Suppe på torget",
            "need": "Mange spiser middag alene hver dag. Kafeene er for dyre til å sitte i.",
            "proposal": "Én gang i uka koker vi suppe av det butikkene ellers kaster, og dekker langbord på torget. "
            "Alle kan komme, og alle kan røre i gryta.",
            "audience": "Alle som bor rundt torget.",
            "joiners": "Butikken på hjørnet gir grønnsaker. Koret vil synge. Naboen min, Arne Lie, er med. Han er "
            "alene.",
            "help_needed": ["equipment", "people"],
            "help_details": "Store gryter og en varmeplate.",
            "neighbourhood": "Tøyen",
            "language": "nb",
        },
        "events": [
            (45, "submitted", {}),
            (
                38,
                "accepted",
                {
                    "step": "try",
                    "went_well": "Du har allerede fått med butikken og koret.",
                    "reason": "Vi prøver tre onsdager og ser hvem som kommer.",
                },
            ),
            (36, "author", {"body": "Velkommen til onsdagssamtale neste uke. Ta med deg den som skal lage suppa."}),
            (35, "author", {"body": "Vi kommer to stykker.", "mine": True}),
        ],
    },
    "spraakvandring": {
        "author": "naboen@example.no",
        "place": "sondre-unlimited",
        "themes": "inkludering arbeidsledighet",
        "texts": {
            "title": "Språkvandring",
            "need": "På norskkurset lærer vi ord, men vi får aldri snakket med noen utenfor klasserommet.",
            "proposal": "Gå tur sammen hver lørdag, en som øver og en som kan. Ruta går innom steder det er "
            "nyttig å kjenne.",
            "audience": "De som nettopp har flyttet hit.",
            "joiners": "Turlaget og norsklærerne.",
            "help_needed": ["people"],
            "neighbourhood": "Holmlia",
            "language": "nb",
        },
        "events": [
            (120, "submitted", {}),
            (109, "accepted", {"step": "try", "reason": "En fin måte å møtes på, og lett å prøve."}),
            (60, "step_changed", {"step": "do"}),
        ],
    },
    "sykkelverksted-i-garasjen": {
        "author": "ungdommen@example.no",
        "place": "storhaug-unlimited",
        "themes": "fattigdom inkludering",
        "texts": {
            "title": "Sykkelverksted i garasjen",
            "need": "Halve klassen har ikke sykkel som virker, og å få den fiksa koster mer enn sykkelen.",
            "proposal": "Vi fikser sykler med deler fra dem som ikke kan reddes. Den som får hjelp, hjelper "
            "nestemann.",
            "audience": "Alle mellom ti og tjue.",
            "joiners": "Onkelen min er mekaniker.",
            "help_needed": ["place", "equipment"],
            "neighbourhood": "Storhaug",
            "language": "nb",
        },
        "events": [
            (400, "submitted", {}),
            (392, "accepted", {"step": "try", "reason": "Dere har både kunnskap og sykler å begynne med."}),
            (300, "step_changed", {"step": "do"}),
            (90, "step_changed", {"step": "build"}),
        ],
    },
    "hagelag-bak-biblioteket": {
        "author": "bestemora@example.no",
        "place": "storhaug-unlimited",
        "themes": "ensomhet",
        "texts": {
            "title": "Hagelag bak biblioteket",
            "need": "Det ligg ein brakk flekk bak biblioteket der ingen vil vere. Samstundes saknar mange noko å "
            "stelle med.",
            "proposal": "Bygge pallekarmar og dyrke grønsaker i lag. Dei som har lite, får hauste fyrst.",
            "audience": "Pensjonistar og småbarnsfamiliar.",
            "help_needed": ["equipment", "place"],
            "neighbourhood": "Storhaug",
            "language": "nn",
        },
        "events": [
            (200, "submitted", {}),
            (188, "accepted", {"step": "try", "reason": "Biblioteket seier ja til å prøve ein sommar."}),
            (40, "paused", {"reason": "Grunnen skal undersøkjast. Vi tek det opp att til våren."}),
        ],
    },
    "forteljarstund-paa-bussen": {
        "author": "treneren@example.no",
        "place": "sondre-unlimited",
        "themes": "annet ensomhet",
        "texts": {
            "title": "Forteljarstund på bussen",
            "need": "Alle ser i telefonen på bussen heim. Vi kjenner ikkje dei vi bur saman med.",
            "proposal": "Ein torsdag i månaden fortel ein nabo ei historie på den siste bussen, med lov frå "
            "sjåføren.",
            "audience": "Dei som reiser heim seint.",
            "help_needed": ["people"],
            "neighbourhood": "Mortensrud",
            "language": "nn",
        },
        "events": [
            (300, "submitted", {}),
            (290, "accepted", {"step": "try", "reason": "Lita kostnad, stor glede. Prøv seks gonger."}),
            (
                100,
                "ended",
                {
                    "went_well": "Seks historier vart fortalde, og to av dei er skrivne ned.",
                    "reason": "Det var vanskeleg å finne forteljarar om vinteren.",
                },
            ),
            (95, "appealed", {"reason": "No er det vår, og tre har meldt seg."}),
            (
                90,
                "appeal_refused",
                {"reason": "Vi har ikkje nokon som kan følgje dykk no. Send gjerne inn ein ny idé når de er fleire."},
            ),
        ],
    },
    "kino-i-alle-oppganger": {
        "author": "ungdommen@example.no",
        "place": "toyen-unlimited",
        "themes": "inkludering",
        "public": False,
        "texts": {
            "title": "Kino i alle oppganger",
            "need": "Det er dyrt å gå på kino.",
            "proposal": "Vise nye filmer på veggen i oppgangen hver helg.",
            "language": "nb",
        },
        "events": [
            (50, "submitted", {}),
            (
                44,
                "declined",
                {
                    "went_well": "Du vil samle naboer på en måte som er lett å komme til.",
                    "reason": "Vi kan ikke hjelpe med å vise filmer uten at rettighetene er betalt.",
                    "way_on": "Biblioteket har filmer de får vise. Spør dem om en kveld, og kom gjerne tilbake "
                    "til oss.",
                },
            ),
            (
                6,
                "appealed",
                {"reason": "Jeg har snakket med biblioteket. De har filmene, men ikke noe sted å vise dem ute."},
            ),
        ],
    },
    "byttehylle": {
        "author": "innbygger@example.no",
        "place": "nasjonalt-mottak",
        "themes": "fattigdom",
        "public": False,
        "texts": {
            "title": "Ei hylle for byting",
            "need": "Ungane veks ut av skorne før dei er slitne, og nye er dyre.",
            "proposal": "Setje opp ei hylle i inngangen til idrettshallen der ein legg frå seg og tek det ein treng.",
            "language": "nn",
        },
        "events": [
            (25, "submitted", {}),
            (22, "withdrawn", {"reason": "Idrettslaget har alt byrja med det same."}),
        ],
    },
    "spraakkafe": {
        "author": "bestemora@example.no",
        "place": "sondre-unlimited",
        "themes": "inkludering ensomhet",
        "public": False,
        "texts": {
            "title": "Språkkafé",
            "need": "De som øver på norsk, tør ikke si noe når hele klassen hører på.",
            "proposal": "Én som øver og én som kan, drikker kaffe sammen før kafeen stenger.",
            "language": "nb",
        },
        "events": [(6, "submitted", {})],
    },
    "venn-i-friminuttet": {
        "author": "ungdommen@example.no",
        "place": "nasjonalt-mottak",
        "themes": "mobbing ensomhet",
        "texts": {
            "title": "Ein ven i friminuttet",
            "need": "På skulen vår er det nokon som alltid står åleine. Dei vaksne ser det ikkje.",
            "proposal": "Dei eldste elevane får opplæring og ein gul genser, og byrjar leikar som alle kan vere "
            "med på.",
            "audience": "Elevar på barneskulen.",
            "help_needed": ["skills", "people"],
            "language": "nn",
        },
        "events": [(5, "submitted", {})],
    },
}  # fmt: skip

ANSWER_TEXTS = (
    (
        "declined",
        "nb",
        "Vi mangler det den trenger",
        {
            "reason": "For å prøve dette trenger dere [det som mangler], og det kan vi ikke skaffe nå.",
            "way_on": "Biblioteket låner ut rom og utstyr til beboere i bydelen. Kom gjerne tilbake til oss etterpå.",
        },
    ),
    (
        "declined",
        "nn",
        "Kommunen har ansvaret",
        {
            "reason": "Det du peikar på, er noko kommunen må gjere: [kva, og kvifor].",
            "way_on": "Meld det til kommunen på nettsida deira. Svarar dei ikkje, så kom til oss att.",
        },
    ),
    (
        "changes_requested",
        "nb",
        "Hvem blir med?",
        {"reason": "Vi vil gjerne vite mer om hvem som blir med: [hva du lurer på]."},
    ),
)
LIBRARY = {
    "about_nb": "Låner ut rom, symaskiner og verktøy.",
    "about_nn": "Låner ut rom, symaskiner og verktøy.",
    "about_en": "Lends rooms, sewing machines and tools.",
}
APPEALS = {
    "kino-i-alle-oppganger": {"kind": "declined", "status": "open"},
    "forteljarstund-paa-bussen": {"kind": "ended", "status": "refused"},
}

# Words that name somebody who has not been asked, by the idea they stand in, and what its author is told.
TAKEN_OUT = {
    "suppe-paa-torget": (
        ["Arne Lie", "Han er alene"],
        "En nabo er nevnt med navn, og vi vet ikke om han har sagt ja til det.",
    ),
}

CONCERN = (
    "En av ungdommene som er med, sa til meg at hun ikke tør gå hjem når broren er der. Hun er 15 år. "
    "Jeg så et blåmerke på armen. Jeg tror det haster, men hun ville ikke si mer."
)
CONCERN_TOLD = {
    "whom": "Barnevernsvakten",
    "note": "Ringte samme kveld. De tar kontakt med henne på skolen i morgen.",
}

# What colleagues say about one case: days ago, by whom, to whom, which of these it answers, and the words.
TALK = (
    (
        34,
        "moderator",
        "team",
        None,
        "Vaktmesteren har nøkkel til strømskapet på torget. @Ingrid Demo, kan du ringe ham?",
    ),
    (33, "leder", "team", 0, "Ringt. Vi får låne nøkkelen hver onsdag."),
    (32, "moderator", "staff", None, "Fire naboer har spurt om de kan være med og lage suppe. Si ja når de ringer."),
    (31, "vikar", "leader", None, "Jeg bor i samme oppgang som en av dem, så noen andre bør følge opp denne."),
)
MOVED_BECAUSE = "Tøyen Unlimited holder til rett ved skolen din og kjenner folk der."
LATER_BECAUSE = "Vi vil snakke med skolen før vi svarer, og rektor er borte til mandag."

# What a moderator writes to the supporter who is asked.
ASKED = "De har prøvd to lørdager med lånt kjele. Nå trenger de noen som kjenner kommunens folk på torget."
MERGED_BECAUSE = "Dere vil det samme: én som øver og én som kan. Gå tur først, og drikk kaffe etterpå."

# What Solveig, who has no e-mail, says at the desk; and what opens it.
DEMO_CODE = "PRAT BENK 222"
TOLD = {
    "title": "Kaffe i oppgangen",
    "need": "I min oppgang er vi fire som er alene, og vi møtes bare når heisen står.",
    "proposal": "Jeg vil koke kaffe i bakgården hver fredag og henge opp en lapp så folk tør å komme.",
    "neighbourhood": "Tøyen",
    "language": "nb",
}
TOLD_BY = {"person_name": "Solveig", "contact": "Hun er på biblioteket hver tirsdag formiddag."}
TOLD_ANSWER = "Takk for praten, Solveig! Vi har to termoser du kan låne. Kom innom når det passer."

# The second idea that a moderator found in one text.
SPLIT_OFF = {
    "title": "Lys i bakken ved skolen",
    "need": "Bakken ved skolen er mørk om vinteren.",
    "proposal": "Henge opp lyslenker sammen med elevene, og tenne dem første gang med kakao.",
    "reason": "Benkene og lyset trenger hver sine folk. Begge ideene er dine.",
}

# What Ali and the author of the soup agree on.
MEETING_ABOUT = "Hvem i kommunen låner bort torget?"
MEETING_SHARED = "Det er parkvesenet vi skal ringe til. Vi spør om to lørdager i april først, så ser de at det går bra."
MEETING_OWN = "Hun blir lettet når noen andre tar telefonene. Tilby meg å ringe sammen med henne."
NEXT_STEPS = (
    ("author", "Ringe parkvesenet om torget", 5),
    ("author", "Spørre biblioteket om strøm", -2),
    ("supporter", "Sende skjemaet for utlån", 2),
)
MEETING_NEXT = "Vi går gjennom svaret fra parkvesenet"

# What the two agreed on for the soup, and what is proposed now.
AGREED = {
    "find_out": "Kommer det folk hvis vi lager suppe to lørdager på rad?",
    "guidance": "En telefon i uka med Ali",
    "room": "Kjele og bord fra kjelleren",
    "learnt": "Det kom 23 den første lørdagen og 41 den andre. Halvparten hadde vi aldri snakket med før.",
    "onwards": "Vi trenger flere lørdager for å se om de kommer tilbake. Neste gang spør vi hva de vil ha med på.",
}
PROPOSED = {
    "find_out": "Kommer de samme tilbake, og vil noen av dem lage suppe selv?",
    "guidance": "Ali blir med og snakker med parkvesenet",
    "room": "Kjele, bord og et telt hvis det regner",
}
