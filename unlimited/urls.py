"""Every address of the site. The language is in the address: /…, /nn/…, /en/…"""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from unlimited.site.health import healthz, readyz
from unlimited.site.sitemaps import robots, sitemap_index, sitemap_part

# The admin has no log-in of its own, so that codes, limits and the second factor hold there too.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemaps"),
    path("sitemap-<slug:section>.xml", sitemap_part, name="sitemap"),
]
urlpatterns += i18n_patterns(
    path("", include("unlimited.site.urls")),
    path("", include("incubators.urls")),
    path("", include("ideas.urls")),
    path("", include("events.urls")),
    path("arbeidsflate/e-post/", include("unlimited.mail.urls")),
    path("konto/", include("unlimited.users.account_urls")),
    path("", include("unlimited.users.urls")),
    path("", include("unlimited.devmail.urls")),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)

handler400 = "unlimited.site.errors.bad_request"
handler403 = "unlimited.site.errors.permission_denied"
handler404 = "unlimited.site.errors.not_found"
handler429 = "unlimited.site.errors.too_many_requests"  # allauth's, for those who try too often
handler500 = "unlimited.site.errors.server_error"
