from django.core.management.base import BaseCommand, CommandError

from unlimited.site import catalogues


class Command(BaseCommand):
    help = "Extract the interface's words to locale/, check their translations, or compile them."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("step", choices=["extract", "check", "compile"])

    def handle(self, *, step: str, **options):
        for language in catalogues.LANGUAGES:
            getattr(self, f"_{step}")(language)

    def _extract(self, language: str) -> None:
        catalogue = catalogues.extract(language)
        todo = sum(not catalogues.is_translated(message) for message in catalogue if message.id)
        self.stdout.write(f"{language}: {len(catalogue)} messages, {todo} without translation")

    def _check(self, language: str) -> None:
        found = catalogues.problems(language)
        for problem in found:
            self.stderr.write(f"{language}: {problem}")
        if found:
            raise CommandError(f"{language}: {len(found)} problems in the catalogue. `make messages` updates it.")

    def _compile(self, language: str) -> None:
        catalogues.compile_stale(language)
