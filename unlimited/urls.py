"""Every address of the site. The language is in the address: /…, /nn/…, /en/…"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from unlimited.site.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
urlpatterns += i18n_patterns(
    path("", include("unlimited.site.urls")),
    path("", include("incubators.urls")),
    path("", include("ideas.urls")),
    path("arbeidsflate/e-post/", include("unlimited.mail.urls")),
    path("konto/", include("unlimited.users.account_urls")),
    path("", include("unlimited.users.urls")),
    path("konto/", include("allauth.urls")),
    path("", include("unlimited.devmail.urls")),
    prefix_default_language=False,
)
