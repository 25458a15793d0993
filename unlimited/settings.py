"""All settings. What differs between machines comes from the environment; a missing value stops with a hint."""

import re
from functools import partial
from pathlib import Path

import pghistory
from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages
from django.utils.translation import gettext_lazy as _

from unlimited import logs
from unlimited.environment import env, in_production, is_public_address, is_strong, required

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = in_production(
    "SECRET_KEY",
    "only-for-development-" + "x" * 40,
    "a random string of at least 50 characters; `openssl rand -base64 48` makes one.",
    check=is_strong,
)
# Earlier keys: their signatures are still accepted; new signatures use SECRET_KEY alone.
SECRET_KEY_FALLBACKS = in_production(
    "SECRET_KEY_FALLBACKS",
    [],
    "earlier keys, separated by commas; each has at least 50 characters.",
    check=lambda keys: all(map(is_strong, keys)),
    read=partial(env.list, default=[]),
)
# Links in mails start here, never with an address that a request claims.
SITE_URL = in_production(
    "SITE_URL",
    "http://localhost:8000",
    "the public address, beginning with https://, such as https://norge-unlimited.example.",
    check=is_public_address,
).rstrip("/")
ALLOWED_HOSTS = in_production(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"],
    "the host names that this site answers to, separated by commas; `*` is refused.",
    check=lambda hosts: any(hosts) and "*" not in hosts,
    read=env.list,
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

ROOT_URLCONF = "unlimited.urls"
WSGI_APPLICATION = "unlimited.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "csp",
    "django_htmx",
    "unlimited.users.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    # Ours last, the lower layers first: their admin takes from others' what is not to be seen there.
    "unlimited.content",
    "unlimited.runs",
    "unlimited.mail",
    "unlimited.users",
    "incubators",
    "ideas",
    "events",
    "unlimited.site",
]

MIDDLEWARE = [
    "unlimited.users.middleware.OriginMiddleware",
    "unlimited.site.middleware.BrowserLimitsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "unlimited.users.middleware.SessionUserMiddleware",
    "unlimited.site.middleware.KindLoginRequiredMiddleware",
    "unlimited.site.middleware.BoundedFormMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "unlimited.users.middleware.NoStoreMiddleware",
    "unlimited.users.tablet.TabletMiddleware",
    "unlimited.users.middleware.SecondFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# Every form field is drawn by templates/django/forms/.
FORM_RENDERER = "unlimited.content.form_renderer.SiteFormRenderer"

# --- Data -------------------------------------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **required(
            "DATABASE_URL",
            "postgres://user:password@host:port/name. Without a server of your own: python -m unlimited.embedded CMD.",
            env.dj_db_url,
        ),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # With these, pages answer again 0.4 s after an outage; with the library's own defaults, 8.6 s.
            "pool": {
                "min_size": 1,
                "max_size": env.int("DATABASE_POOL_SIZE", default=4),
                "timeout": 2,
                "reconnect_timeout": 2,
            },
        },
    }
}
# Revisions are found by the row they are about, so that no other index slows down the writes they are made of.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
# Words for people change more often than columns do.
PGHISTORY_EXCLUDE_FIELD_KWARGS = {"django.db.models.Field": ["choices", "verbose_name", "help_text"]}
REDIS_URL = required("REDIS_URL", "redis://host:port/0 (Redis or Valkey, protocol 7 or newer).")

CACHES = {
    # In PostgreSQL, so that rate limits and log-in work without Redis. The default 300 entries would forget limits.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Rendered fragments only: losing it costs time, never truth.
    "fragments": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "fragment",
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"socket_timeout": 0.1, "socket_connect_timeout": 0.1, "retry": None},
    },
}

MESSAGE_STORAGE = "unlimited.content.notices.SayOnce"
MESSAGE_TAGS = {messages.ERROR: "danger", messages.DEBUG: "info"}  # Designsystemet's names of colours

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "unlimited.users.backend.PasswordBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "site:after_login"
LOGOUT_REDIRECT_URL = "site:home"

# Below this age nothing is published until a guardian's consent is built. 13 today; a bill says 15.
CONSENT_AGE = env.int("CONSENT_AGE", default=15)
# An idea taken in on which no staff have acted for so long is on the leader's list, and its author is told.
QUIET_CASE_DAYS = env.int("QUIET_CASE_DAYS", default=30)
SUPPORT_SILENCE_DAYS = env.int("SUPPORT_SILENCE_DAYS", default=21)
# Staff need a second factor in the session.
REQUIRE_STAFF_MFA = env.bool("REQUIRE_STAFF_MFA", default=not DEBUG)
# They show it again after so long, and after so long without doing anything.
STAFF_FACTOR_HOURS = env.float("STAFF_FACTOR_HOURS", default=12)
STAFF_IDLE_MINUTES = env.float("STAFF_IDLE_MINUTES", default=60)
# Keys that encrypt the secrets of second factors, the newest first; without any, one is made of SECRET_KEY.
MFA_KEYS = env.list("MFA_KEYS", default=[])

# Log-in and sign-up are one box: address, code, in. A password is an extra that a person may set later.
LOGIN_CODE_MINUTES = 15
ACCOUNT_ADAPTER = "unlimited.users.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = LOGIN_CODE_MINUTES * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
# Outlives the code, so that a code typed too late is answered with words.
ACCOUNT_LOGIN_TIMEOUT = 24 * 3600
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# No stranger uses up a limit for somebody else: docs/decisions/limits.md says of each what counts, and why.
# By network (`ip`) generous, for schools and staff share one. `key` first: what it refuses does not fill the network.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/5m/key,30/m/ip",
    "login_failed_known": "5/5m/key",
    "login_failed_anywhere": "50/h/key",
    "request_login_code": "3/m/key,10/h/key,300/m/ip,1000/h/ip",
    "links_anew": "3/m/key,10/h/key,120/m/ip,600/h/ip",
    "start_incubator": "3/h/key,60/h/ip",
    # For each of the three before: a known browser or account, and what all networks together may ask for.
    "known_browser": "3/m/key,10/h/key",
    "mails_to_address": "20/h/key,100/d/key",
    "first_from_network": "1/h/key",
    "mails_to_address_at_most": "60/h/key,200/d/key",
    "manage_email": "10/m/user,20/h/user",
    "start_idea": "1500/h/ip",
    "start_idea_again": "60/h/key",
    "start_idea_logged_in": "60/h/user",
    "submit_idea": "20/h/user",
    "start_form_draft": "1500/h/ip",
    # Unpacking a picture is the most work that anybody can ask for.
    "send_picture_again": "30/h/key,1500/h/ip",
    "send_picture_logged_in": "60/h/user",
    "write_message": "30/h/user",
    # A municipality's whole staff shares a network; one contact registers a few parties, and gets a mail for each.
    "register_party": "30/h/key,3000/h/ip",
    "register_party_known": "100/h/key",
    "register_party_anywhere": "200/h/key",
    # Each press on that form, also one that only adds a person: up to 0.3 s of CPU.
    "fill_in_party": "600/m/ip,9000/h/ip",
    "accessibility_feedback": "60/h/ip",
    "accessibility_feedback_logged_in": "10/h/user",
    # The code of a slip has 55 bits: guesses at this speed take longer than a slip is kept. `key` is the whole site.
    "open_slip": "20/m/ip,300/h/ip,200000/h/key",
    "write_with_slip": "10/h/key",
    "write_to_party": "300/h/key",
}
ACCOUNT_FORMS = {
    "request_login_code": "unlimited.users.forms.LoginCodeForm",
    "confirm_login_code": "unlimited.users.forms.ConfirmCodeForm",
    "login": "unlimited.users.forms.PasswordLoginForm",
    "add_email": "unlimited.users.forms.NewAddressForm",
    "confirm_email_verification_code": "unlimited.users.forms.ConfirmAddressForm",
    "set_password": "unlimited.users.forms.FirstPasswordForm",
    "change_password": "unlimited.users.forms.NewPasswordForm",
    "reauthenticate": "unlimited.users.forms.PasswordAgainForm",
}
# Six digits: short enough to carry in the head from the mail to the page.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# Number of own proxies in front. A wrong number makes all share one rate limit, or disables the limits.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

MFA_ADAPTER = "unlimited.users.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Norge Unlimited"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_FORMS = {
    "authenticate": "unlimited.users.forms.SecondFactorForm",
    "reauthenticate": "unlimited.users.forms.SecondFactorAgainForm",
    "activate_totp": "unlimited.users.forms.ActivateAppForm",
    "authenticate_webauthn": "unlimited.users.forms.PasskeyForm",
    "login_webauthn": "unlimited.users.forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "unlimited.users.forms.PasskeyAgainForm",
    "add_webauthn": "unlimited.users.forms.AddPasskeyForm",
    "edit_webauthn": "unlimited.users.forms.RenamePasskeyForm",
}

# --- Mail and background work -----------------------------------------------------------------------------------------

MAIL = required("EMAIL_URL", "smtp://user:password@host:port (or smtp+tls://, smtp+ssl://).", env.dj_email_url)
EMAIL_HOST, EMAIL_PORT = MAIL["EMAIL_HOST"], MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_USER"], MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL["EMAIL_USE_TLS"], MAIL["EMAIL_USE_SSL"]
# What the framework itself sends goes into the outbox too.
EMAIL_BACKEND = "unlimited.mail.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = in_production(
    "DEFAULT_FROM_EMAIL",
    "Norge Unlimited <ingen-svar@localhost>",
    "the sender of all mails, such as Norge Unlimited <post@norge-unlimited.example>.",
    check=lambda sender: re.fullmatch(r".+@[^@\s]+\.[^@\s]+>?", sender),
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Whom calendar entries name as the organizer; empty: the address of DEFAULT_FROM_EMAIL.
CALENDAR_ORGANIZER = env.str("CALENDAR_ORGANIZER", default="")
# Where the development's SMTP server puts the mails that /dev/mail/ shows.
DEVELOPMENT_MAIL = env.path("DEVELOPMENT_MAIL", default=BASE_DIR / "var/dev/mail")

# unlimited/celery.py has the set-up of the engine.
CELERY_BROKER_URL = REDIS_URL

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Norwegian Bokmål")), ("nn", _("Norwegian Nynorsk")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Single folders: whole packages would make collectstatic take ten seconds.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("designsystemet", BASE_DIR / "node_modules/@digdir/designsystemet-css/dist/src"),
    ("inter", BASE_DIR / "node_modules/@fontsource-variable/inter/files"),
]
MEDIA_URL = "media/"
# A file outside of the database, to which erased accounts are appended as keyed hashes; empty writes none.
ERASURES_FILE = env.str("ERASURES_FILE", default="")
MEDIA_ROOT = env.path("MEDIA_ROOT", default=BASE_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# More than `BoundedFormMiddleware` takes, so that its answer holds the text; pictures have a bound of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
# And so are five hundred people in one form, each with name, address, role and needs.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "unlimited.content.uploads.BoundedUploadHandler",
]

# --- Security ---------------------------------------------------------------------------------------------------------

SESSION_ENGINE = "unlimited.users.sessions"
SESSION_COOKIE_AGE = 60 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "unlimited.site.errors.form_out_of_date"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SITE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # A browser refuses plain HTTP for this long, and the site cannot revoke it: start with one day where TLS is new.
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=True)
    SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=True)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
    }
}

# --- What is written down ---------------------------------------------------------------------------------------------

LOGGING = logs.LOGGING
# Who gets a mail when a page breaks; nothing that a person typed is in it.
ADMINS = [(address, address) for address in env.list("ADMINS", default=[])]
if not DEBUG:
    DEFAULT_EXCEPTION_REPORTER_FILTER = "unlimited.logs.NothingPersonal"
    DEFAULT_EXCEPTION_REPORTER = "unlimited.logs.PlacesOnly"
