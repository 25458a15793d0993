"""Tags for a form whose words are kept while it is written: a notice above the form, and what stands inside it."""

from django import template

register = template.Library()


@register.inclusion_tag("components/kept_draft.html", takes_context=True)
def kept_draft(context) -> dict:
    """Say that a draft is filled in, or ask whose it is. Nothing where there is none, or after a POST."""
    request = context["request"]
    draft = request.form_draft if request.method != "POST" else None
    return {
        "saved_at": draft and draft.saved_at,
        "is_asked": draft is not None and draft.unclaimed is not None,
        "has_files": context["form"].is_multipart(),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/draft_buttons.html")
def draft_buttons() -> dict:
    """The line that says what is saved, and the button that saves without JavaScript."""
    return {}
