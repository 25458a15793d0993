"""allauth's forms with our words, and those of the profile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import CodeField, PlainTextField, plain_text_formfield
from unlimited.mail.forms import AddressInput, ask_once
from unlimited.users import actions
from unlimited.users.limits import may_mail
from unlimited.users.models import User

# A keyboard of digits, and the phone offers the code from the mail by itself.
CODE_ATTRS = {"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class OurWordsMixin:
    """Labels, help and widget attributes of ours. A label says what to write, so there is no placeholder."""

    words: dict[str, tuple] = {}
    attrs: dict[str, dict] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(self.attrs.get(name, {}))
            if name in self.words:
                field.label, field.help_text = self.words[name]


class PastedCodeMixin(OurWordsMixin):
    """The code is found in what was pasted. An empty field is answered without counting a try: see the views."""

    attrs = {"code": CODE_ATTRS}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        self.fields["code"] = CodeField(label=code.label, help_text=code.help_text, widget=code.widget)


class LoginCodeForm(OurWordsMixin, account.RequestLoginCodeForm):
    """The one box. It answers the same for every address: where there is no account, it makes one, unverified."""

    words = {"email": (_("Your e-mail address"), "")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.widget, is_required = AddressInput(field.widget.attrs), field.widget.is_required
        field.widget.is_required = is_required

    def clean_email(self) -> str:
        email = get_adapter().clean_email(self.cleaned_data["email"])
        ask_once(self["email"].data, email)
        if not may_mail(context.request, action="request_login_code", address=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = actions.ready_account(email=email, language=get_language())
        return email


class ConfirmCodeForm(PastedCodeMixin, account.ConfirmLoginCodeForm):
    words = {"code": (_("Code"), _("Six digits"))}


class ConfirmAddressForm(PastedCodeMixin, account.ConfirmEmailVerificationCodeForm):
    words = ConfirmCodeForm.words

    def clean_code(self) -> str:
        # The right code shows whose the address is: an account that somebody else began with it must not be in the way.
        code = account.BaseConfirmCodeForm.clean_code(self)
        if self.user is not None and self.email and self.user.email.lower() != self.email.lower():
            actions.release_address(email=self.email)
        return super().clean_code() if code else code


class PasswordLoginForm(OurWordsMixin, account.LoginForm):
    words = {"login": (_("Your e-mail address"), ""), "password": (_("Password"), "")}


class PasswordAgainForm(OurWordsMixin, account.ReauthenticateForm):
    words = {"password": (_("Password"), "")}


class NewAddressForm(OurWordsMixin, account.AddEmailForm):
    words = {"email": (_("New e-mail address"), _("We send a code to it, and change it when you have typed the code."))}


PASSWORD_HELP = _("At least 12 characters. Three or four words that do not belong together are easy to remember.")


class FirstPasswordForm(OurWordsMixin, account.SetPasswordForm):
    words = {"password1": (_("Password"), PASSWORD_HELP), "password2": (_("The same password again"), "")}


class NewPasswordForm(OurWordsMixin, account.ChangePasswordForm):
    """Asks for the old password, but not of one who has just shown, by a code, that the mailbox is theirs."""

    words = {
        "oldpassword": (_("The password you have now"), ""),
        "password1": (_("New password"), PASSWORD_HELP),
        "password2": (_("The same password again"), ""),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if typed_code_lately(context.request):
            del self.fields["oldpassword"]


def typed_code_lately(request) -> bool:
    """Whether this session began with a code by mail, a moment ago."""
    since = time.time() - settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "code" and record["at"] > since for record in records)


class SecondFactorForm(PastedCodeMixin, mfa.AuthenticateForm):
    words = {"code": (_("Code"), _("From your authenticator app, or one of your recovery codes"))}


class SecondFactorAgainForm(PastedCodeMixin, mfa.ReauthenticateForm):
    words = SecondFactorForm.words


class ActivateAppForm(PastedCodeMixin, ActivateTOTPForm):
    words = {"code": (_("Code from the app"), "")}


class CredentialField(forms.JSONField):
    """What a passkey says. A browser makes it; an attacker sends what no JSON parser survives."""

    widget = forms.HiddenInput

    def to_python(self, value):
        with refusing_nonsense():
            return super().to_python(value)

    def bound_data(self, data, initial):
        """It is good for one try, so it is never shown again."""
        return initial


@contextmanager
def refusing_nonsense() -> Iterator[None]:
    """The library below looks into what came before it knows what it is; what it stumbles over is no passkey."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise get_mfa_adapter().validation_error("incorrect_code") from error


class PasskeyMixin:
    """Takes whatever comes as a passkey's answer, and refuses with words what is none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def clean(self):
        with refusing_nonsense():
            return super().clean()


class ShownPasskeyMixin(PasskeyMixin):
    def clean_credential(self):
        with refusing_nonsense():
            return super().clean_credential()


class PasskeyForm(ShownPasskeyMixin, AuthenticateWebAuthnForm):
    pass


class PasskeyLoginForm(ShownPasskeyMixin, LoginWebAuthnForm):
    pass


class PasskeyAgainForm(ShownPasskeyMixin, ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(PasskeyMixin, OurWordsMixin, AddWebAuthnForm):
    words = {
        "name": (_("Name of the passkey"), _("So that you know it again, such as “my phone”.")),
        "passwordless": (
            _("Log in with this passkey alone"),
            _("Then you need no code by e-mail. Your phone or computer asks for your finger, face or PIN."),
        ),
    }


class RenamePasskeyForm(OurWordsMixin, EditWebAuthnForm):
    words = {"name": (_("Name of the passkey"), "")}


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        formfield_callback = plain_text_formfield
        fields = ["name", "language"]
        help_texts = {"name": _("Shown to those at the incubator who answer you. Leave it empty if you like.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class EraseForm(forms.Form):
    """Erasing is for good, so the person types their address to say that they mean it."""

    email = PlainTextField(
        label=_("Type your e-mail address, so that we know you mean it"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        if email.lower() != self.user.email.lower():
            raise forms.ValidationError(_("That is not the address you log in with."))
        return email
