"""Django admin, for national staff: municipalities and incubators. People are changed on the incubator's own page,
where a role is ended and not deleted, and the last leader stays.
"""

from django.contrib import admin
from django.db import models

from incubators.models import ChecklistItem, Incubator, Membership, Municipality
from unlimited.users.rules import is_national_staff


class NationalStaffAdmin(admin.ModelAdmin):
    """All national staff may read and change; nobody deletes what ideas hang on."""

    # Django 6 makes https the default; until then it is said here.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_module_permission(self, request):
        return is_national_staff(request.user)

    def has_view_permission(self, request, obj=None):
        return is_national_staff(request.user)

    def has_add_permission(self, request):
        return is_national_staff(request.user)

    def has_change_permission(self, request, obj=None):
        return is_national_staff(request.user)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Incubator)
class IncubatorAdmin(NationalStaffAdmin):
    list_display = ["name", "municipality", "district", "legal_status", "stage", "is_active"]
    list_filter = ["is_active", "stage", "legal_status"]
    list_select_related = ["municipality"]
    search_fields = ["name", "district", "municipality__name"]
    autocomplete_fields = ["municipality"]
    prepopulated_fields = {"slug": ["name"]}
    # Stage and closing have pages that ask why, write it down, and take care of the open ideas.
    readonly_fields = [
        "is_national_intake",
        "stage",
        "is_active",
        "closed_at",
        "closed_by",
        "closing_words",
        "successor",
        "created_at",
        "updated_at",
    ]


@admin.register(Municipality)
class MunicipalityAdmin(NationalStaffAdmin):
    """To look up, and for choosing an incubator's place: the list itself comes with the code."""

    list_display = ["number", "name", "county"]
    list_filter = ["county"]
    search_fields = ["name", "number"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(ChecklistItem)
class ChecklistItemAdmin(NationalStaffAdmin):
    """What should be in place at each stage. An item that is no longer asked for is made inactive."""

    list_display = ["name_nb", "stage", "position", "is_active"]
    list_filter = ["stage", "is_active"]
    prepopulated_fields = {"slug": ["name_en"]}


@admin.register(Membership)
class MembershipAdmin(NationalStaffAdmin):
    """To look up who works where, and did."""

    list_display = ["user", "incubator", "role", "starts_on", "ends_on"]
    list_filter = ["role", "incubator"]
    list_select_related = ["user", "incubator"]
    search_fields = ["user__email", "user__name", "incubator__name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
