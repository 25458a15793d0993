"""allauth as we use it: its mails go to the outbox, its words are ours."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.internal.ratelimit import consume
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from unlimited.locks import WaitedTooLongError, short_wait
from unlimited.mail.forms import AddressField
from unlimited.users import emails
from unlimited.users.addresses import addresses_of, move_addresses
from unlimited.users.encryption import decrypt, encrypt
from unlimited.users.factor import confirm_at_once
from unlimited.users.limits import SESSION_KEY, own_bucket, per_network, remember_browser
from unlimited.users.login import with_query
from unlimited.users.models import User
from unlimited.users.tablet import is_tablet

WAIT = _("That was many tries in a short time. Wait a few minutes, then try again.")
# The session's name of a view that asks the person something right after log-in. It gets `next`.
ASK_FIRST = "ask_first"
WRONG_CODE = _("That is not the right code. Look at the latest mail, and try again.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "code_first": _("Somebody has tried many wrong passwords for this address. Log in with a code by e-mail."),
        "cannot_remove_primary_email": _("You cannot remove the address you log in with."),
        "duplicate_email": _("You use this address already."),
        "email_password_mismatch": _("The address or the password is wrong."),
        "email_taken": _("This address cannot be used."),
        "enter_current_password": _("That is not the password you have now."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("That is not your password."),
        "rate_limited": WAIT,
        "same_as_current": _("You use this address already."),
        "too_many_login_attempts": WAIT,
    }

    def clean_email(self, email: str) -> str:
        """Every address that is to be an account's comes through here."""
        return AddressField().clean(email)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Put allauth's mail in the outbox. The prefix names its kind; one that we do not know is a mistake."""
        language = language_of(email, context)
        with transaction.atomic():
            match template_prefix:
                case "account/email/login_code":
                    emails.mail_login_code(to=email, language=language, code=context["code"])
                case "account/email/email_confirmation" | "account/email/email_confirmation_signup":
                    emails.mail_address_code(to=email, language=language, code=context["code"])
                case _:
                    change = template_prefix.rpartition("/email/")[2]
                    emails.mail_account_changed(
                        to=email, language=language, change=change, owner=self._former_owner(email)
                    )

    def confirm_email(self, request, email_address) -> bool:
        """Change the account's address, after all rows with the old one: both or neither. Raises WaitedTooLongError.

        allauth comes here after the right code, and knows no other way to change an address.
        """
        with short_wait(WaitedTooLongError):
            move_addresses(user=email_address.user, new=email_address.email)
            confirmed = super().confirm_email(request, email_address)
            if not confirmed:
                transaction.set_rollback(True)
        return confirmed

    def _former_owner(self, email: str) -> User | None:
        """Return who gets a mail at an address that is not theirs any more: the warning that it was changed."""
        user = getattr(self.request, "user", None)
        is_known = user is not None and user.is_authenticated
        return user if is_known and email.lower() not in addresses_of(user) else None

    def pre_authenticate(self, request, **credentials) -> None:
        """Count a try with a password. It is given back after the right one.

        Counted by address and network, so that a stranger's wrong passwords stop the stranger. Where many networks try
        one address, a password alone lets in known browsers only; the code by mail lets in all others.
        """
        address = credentials.get("email", "")
        own = own_bucket(request, address)
        action, key = ("login_failed_known", own) if own else ("login_failed", per_network(request, address))
        used = consume(request, app="allauth.account", action=action, key=key)
        if not used:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage = used
        if own:
            return
        anywhere = consume(request, app="allauth.account", action="login_failed_anywhere", key=address.lower())
        if not anywhere:
            raise self.validation_error("code_first")
        used.usage.extend(anywhere.usage)

    def get_email_verification_redirect_url(self, email_address) -> str:
        return reverse("users:profile")

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("users:profile")

    def login(self, request, user) -> None:
        """Log in. The language of the page where somebody first does it becomes the language of their mails."""
        if user.last_login is None:
            user.language = get_language()
            user.save(update_fields=["language"])
        super().login(request, user)

    def post_login(self, request, user, **kwargs):
        """Answer the log-in; where an app has a question for the person, its page comes before the one they go to."""
        response = super().post_login(request, user, **kwargs)
        question = request.session.pop(ASK_FIRST, "")
        return redirect(with_query(question, next=response.url)) if question else response

    def logout(self, request) -> None:
        """Log out. The session that follows remembers only, as keyed hashes, which addresses have logged in here.

        A shared tablet keeps no addresses.
        """
        known, email, is_shared = request.session.get(SESSION_KEY, []), request.user.email, is_tablet(request.session)
        super().logout(request)
        if is_shared:
            return
        request.session[SESSION_KEY] = known
        remember_browser(request.session, email)


def language_of(email: str, context: dict) -> str:
    """The recipient's own language; the page's where they have not chosen one yet."""
    user = context.get("user") or User.objects.filter(email=email.lower()).first()
    if user is None:
        address = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user").first()
        user = address and address.user
    return user.language if user is not None and user.last_login else get_language() or settings.LANGUAGE_CODE


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That is not the right code. Wait for a new one in the app, and try again."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first."),
        "unverified_email": _("Log in with a code by e-mail first."),
    }

    def _get_site_name(self) -> str:
        return "Norge Unlimited"

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)


@receiver(authenticator_added)
def count_as_shown(request, user, authenticator, **kwargs) -> None:
    """Count a factor that was just set up as shown in this session."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        confirm_at_once(request, user, authenticator)
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
