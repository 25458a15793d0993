"""What is said on the next page, kept between two requests."""

from django.contrib.messages.storage.fallback import FallbackStorage


class SayOnce(FallbackStorage):
    """A button pressed twice did one thing, and says so once: the first answer was never seen."""

    def _store(self, messages, *args, **kwargs):
        once = [message for index, message in enumerate(messages) if message not in messages[:index]]
        return super()._store(once, *args, **kwargs)
