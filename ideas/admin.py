"""What national staff edit: the list of themes. Ideas are personal cases and are not here."""

from django.contrib import admin

from ideas.models import Theme
from incubators.admin import NationalStaffAdmin


@admin.register(Theme)
class ThemeAdmin(NationalStaffAdmin):
    """A theme is switched off, not deleted, so that ideas keep theirs."""

    list_display = ["name_nb", "name_nn", "name_en", "position", "is_active"]
    list_editable = ["position", "is_active"]
    prepopulated_fields = {"slug": ["name_nb"]}
    search_fields = ["name_nb", "name_nn", "name_en"]
