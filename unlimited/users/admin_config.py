from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Django's admin, with our rule of who gets in."""

    default_site = "unlimited.users.admin_site.StaffAdminSite"
