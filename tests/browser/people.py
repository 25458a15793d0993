"""People at their phones, each in a browser of their own, and the mailbox where they find what we send them.

They read what is on the screen: labels, buttons and headings in Bokmål, or in the language that they have chosen.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from playwright.sync_api import Locator, Page, expect

from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import MembershipFactory
from tests.mail_sink import Sink
from unlimited.mail import delivery
from unlimited.mail.rendering import ZERO_WIDTH_SPACE
from unlimited.users.factor import confirm


@dataclass
class Letter:
    """A mail as its recipient has it on the screen."""

    subject: str
    text: str
    html: str

    @classmethod
    def of(cls, mail: EmailMessage) -> "Letter":
        bodies = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
        # What keeps an address from becoming a link is seen by nobody.
        return cls(mail["Subject"].replace(ZERO_WIDTH_SPACE, ""), *bodies)

    @property
    def code(self) -> str:
        """The six digits, which stand alone on their line."""
        return re.search(r"^(\d{6})$", self.text, re.M)[1]

    @property
    def link(self) -> str:
        """Where the button leads: the same address in the text and behind the button."""
        address = re.search(r"^(http\S+)$", self.text, re.M)[1]
        assert f'href="{address}"' in self.html
        return address


@dataclass
class Post:
    """The mail on its way: out of the outbox by the real engine, over real SMTP, into mailboxes."""

    sink: Sink

    def letters_to(self, address: str) -> list[Letter]:
        """Carry all that is due, then return what lies in the mailbox, oldest first."""
        delivery.deliver_due()
        return [Letter.of(mail) for mail in self.sink.mails if mail["To"] == address]

    def newest(self, address: str) -> Letter:
        return self.letters_to(address)[-1]


@dataclass
class Person:
    """Somebody with a phone (or a larger screen) and an address.

    `words` says what a label is in the language this person reads, where it is another than in Bokmål. `has_no_mouse`:
    all is done by Tab, arrows, Space and Enter.
    """

    page: Page
    post: Post
    address: str
    secret: str = ""
    words: dict[str, str] = field(default_factory=dict)
    has_no_mouse: bool = False
    presses: int = 0
    screens: list[str] = field(default_factory=list)

    def say(self, words: str) -> str:
        return self.words.get(words, words)

    @contextmanager
    def does_it_in(self, *, presses: int, screens: int) -> Iterator[None]:
        """A job done within takes no more presses of buttons and links, and no more screens, than these."""
        pressed, seen = self.presses, len(self.screens)
        yield
        assert self.presses - pressed <= presses
        assert len(self.screens) - seen <= screens, self.screens[seen:]

    # --- Doing --------------------------------------------------------------------------------------------------------

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def labelled(self, label: str) -> Locator:
        """The field with just this label, marked as optional or not."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s+\(\w+\))?\s*$"))

    def writes(self, label: str, words: str) -> None:
        box = self.labelled(label)
        if self.has_no_mouse:
            self.moves_to(box)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(words)
        else:
            box.fill(words)

    def chooses(self, label: str) -> None:
        choice = self.labelled(label)
        if not self.has_no_mouse:
            choice.check()
            return
        name = choice.get_attribute("name")
        self.moves_to(self.page.locator(f"[name={name}]").first)
        self.moves_to(choice, key="ArrowDown")
        self.page.keyboard.press("Space")

    def presses_button(self, name: str, within: Locator | None = None) -> None:
        self._press((within or self.page.locator("main")).get_by_role("button", name=name, exact=True))

    def follows(self, name: str) -> None:
        self._press(self.page.locator("main").get_by_role("link", name=name, exact=True).first)

    def _press(self, target: Locator) -> None:
        self.presses += 1
        if self.has_no_mouse:
            self.moves_to(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def moves_to(self, target: Locator, key: str = "Tab") -> None:
        for _ in range(60):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{target} is not reached by {key}")

    def unfolds(self, name: str) -> Locator:
        """Open what stands folded under `name`; return all of it."""
        self.presses += 1
        summary = self.page.locator("summary", has_text=re.compile(rf"^\s*{re.escape(name)}\s*$"))
        summary.click()
        return summary.locator("xpath=..")

    # --- Seeing -------------------------------------------------------------------------------------------------------

    def is_at(self, heading: str | re.Pattern) -> None:
        """The next screen, known by its heading. None is wider than the window."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.page.wait_for_load_state()
        is_as_wide_as_the_window(self.page)
        self.screens.append(self.page.get_by_role("heading", level=1).inner_text())

    def sees(self, *words: str) -> None:
        for some in words:
            expect(self.page.locator("main")).to_contain_text(some)

    def does_not_see(self, *words: str) -> None:
        for some in words:
            expect(self.page.locator("body")).not_to_contain_text(some)

    # --- Getting in ---------------------------------------------------------------------------------------------------

    def types_the_code(self) -> None:
        """The code from the newest mail."""
        self.writes("Kode", self.post.newest(self.address).code)
        self.presses_button(self.say("Gå videre"))

    def logs_in(self) -> None:
        """Ask for a code and type it; staff type the one from their app too."""
        self.opens("/konto/login/")
        self.writes("E-postadressen din", self.address)
        self.presses_button("Send meg en kode")
        self.types_the_code()
        if self.secret:
            self.is_at("Ett steg til")
            self.writes("Kode", app_code(self.secret))
            self.presses_button("Logg inn")

    def sets_up_the_app(self) -> None:
        """Give the app the key on the screen, and type what it shows."""
        self.secret = self.page.locator("main code").inner_text()
        link = self.page.get_by_role("link", name="Åpne appen på denne telefonen")
        assert f"secret={self.secret}" in link.get_attribute("href")
        self.writes("Kode fra appen", app_code(self.secret))
        self.presses_button("Bruk denne appen")


def app_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def works_at(incubator, email: str, name: str, **role) -> str:
    """Make somebody with a role at `incubator` and an authenticator app; return the app's secret."""
    secret = generate_totp_secret()
    user = MembershipFactory(incubator=incubator, user__email=email, user__name=name, **role).user
    confirm(TOTP.activate(user, secret).instance, source="invitation")
    return secret
