"""No page is wider than the window it is read in."""

from playwright.sync_api import Error, Page, expect

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def is_as_wide_as_the_window(page: Page) -> None:
    """Nothing sticks out to the side, once the page is there with its styles."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state()
    try:
        fits = page.evaluate(FITS)
    except Error:
        # The next page came between, and had no content yet.
        page.wait_for_load_state()
        fits = page.evaluate(FITS)
    assert fits
