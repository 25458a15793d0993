"""What national staff edit: the list of themes. Ideas are personal cases and are not here."""

from django.contrib import admin

from ideas.models import Theme


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ["name_nb", "name_nn", "name_en", "position", "is_active"]
    list_editable = ["position", "is_active"]
    prepopulated_fields = {"slug": ["name_nb"]}
    search_fields = ["name_nb", "name_nn", "name_en"]

    def has_delete_permission(self, request, obj=None) -> bool:
        """A theme is switched off, so that ideas keep theirs."""
        return False
