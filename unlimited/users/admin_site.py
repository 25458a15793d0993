"""Django's admin for national staff, who have shown the second factor."""

from django.contrib.admin import AdminSite

from unlimited.users.rules import is_national_staff


class StaffAdminSite(AdminSite):
    def has_permission(self, request) -> bool:
        return is_national_staff(request.user)
