"""Accounts in the admin: looked up, closed, opened; made and erased by their owners only."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from unlimited.security_log import security_event
from unlimited.users.models import User

# The admin shows no secret of a second factor, and cannot mark an address as verified; roles are not groups.
admin.site.unregister([Authenticator, EmailAddress, Group, UserSession])


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_staff", "is_superuser", "created_at", "last_login"]

    def get_readonly_fields(self, request, obj=None):
        """Who is staff, only a superuser says; an address changes by a code that its owner types."""
        own = ["email", "created_at", "last_login"]
        return own if request.user.is_superuser else [*own, "is_staff", "is_superuser"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        for role in {"is_staff", "is_superuser"} & set(form.changed_data):
            security_event("role-granted" if getattr(obj, role) else "role-ended", user=obj, role=role)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
