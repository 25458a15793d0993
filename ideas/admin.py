"""What national staff edit: themes, and partners of the whole network. Ideas are personal cases and are not here."""

from django.contrib import admin

from ideas.models import Partner, Theme
from incubators.admin import NationalStaffAdmin


@admin.register(Theme)
class ThemeAdmin(NationalStaffAdmin):
    """A theme is switched off, not deleted, so that ideas keep theirs."""

    list_display = ["name_nb", "name_nn", "name_en", "position", "is_active"]
    list_editable = ["position", "is_active"]
    prepopulated_fields = {"slug": ["name_nb"]}
    search_fields = ["name_nb", "name_nn", "name_en"]


@admin.register(Partner)
class PartnerAdmin(NationalStaffAdmin):
    """The list that every incubator can show the way to. An incubator's own is edited by its leader."""

    list_display = ["name", "about_nb", "is_active"]
    list_editable = ["is_active"]
    fields = ["name", "url", "about_nb", "about_nn", "about_en", "is_active"]
    search_fields = ["name"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(incubator=None)
