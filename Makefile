# Every target gets what it needs by itself; the first start takes minutes, the next ones seconds.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test coverage browser check audit fix messages theme bench faults lock packages

PORT ?= 8000
SITE_URL ?= http://localhost:$(PORT)
export PORT SITE_URL
export PATH := $(CURDIR)/.venv/bin:$(PATH)

EMBEDDED := python -m unlimited.embedded
# Words of a tool are for the case that something is wrong.
quietly = @words=$$($(1) 2>&1) || { printf '%s\n' "$$words" >&2; exit 1; }
# Nothing here is used: `check --deploy` looks at what production's settings would be.
AS_IN_PRODUCTION := DEBUG=0 SECRET_KEY=not-used-by-anything-but-long-and-varied-enough-0123456789 \
	SITE_URL=https://norge-unlimited.example ALLOWED_HOSTS=norge-unlimited.example \
	DEFAULT_FROM_EMAIL=post@norge-unlimited.example

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1 /p' Makefile | while read -r name words; do printf '  make %-9s %s\n' "$$name" "$$words"; done

run: packages ## the site with everything it needs and something in it; PORT=8001 for another port
	@$(EMBEDDED) sh -c 'python manage.py prepare --demo --port "$$PORT" && exec python -m unlimited.processes Procfile.dev' || [ $$? = 130 ]

test: packages browser ## all tests; ARGS="tests/ideas -k draft" for some of them
	@begun=$$(date +%s); $(EMBEDDED) --cluster test python -m pytest -n 2 --dist worksteal $(ARGS); status=$$?; \
	took=$$(($$(date +%s) - begun)); printf 'make test took %d min %d s.\n' $$((took / 60)) $$((took % 60)); exit $$status

coverage: packages browser ## all tests, and which lines and branches they did not reach
	@mkdir -p var/coverage && coverage erase
	@$(EMBEDDED) --cluster test coverage run -m pytest -n 2 --dist worksteal -q $(ARGS)
	@coverage combine -q && coverage report

browser: packages ## get a Chromium for the browser tests
	@python -m tests.browser.install

check: packages ## style, layers, migrations, settings, words, sizes; silent when all is well
	$(call quietly,ruff check -q .)
	$(call quietly,ruff format -q --check .)
	$(call quietly,git ls-files -z 'templates/*.html' | xargs -0 djade --target-version 5.2 --check)
	$(call quietly,lint-imports)
	$(call quietly,python -m tests.house)
	$(call quietly,$(EMBEDDED) --cluster test sh -c ' \
		python manage.py makemigrations --check --dry-run && \
		$(AS_IN_PRODUCTION) python manage.py check --deploy --fail-level WARNING && \
		python manage.py catalogues check')

audit: packages ## bills of materials, known vulnerabilities, secrets committed by mistake
	@python -m tests.audit

fix: packages ## what a machine can mend
	@ruff check -q --fix . ; ruff format -q . ; git ls-files -z 'templates/*.html' | xargs -0 djade --target-version 5.2

messages: packages ## bring new words into locale/, to be translated there
	@$(EMBEDDED) --cluster test python manage.py catalogues extract

bench: packages ## speed and size of the main pages
	@$(EMBEDDED) --cluster test python -m tests.bench

faults: packages ## what is taken away while it works, and what came of it
	@FAULTS_IN_FULL=1 $(EMBEDDED) --cluster test python -m pytest tests/faults -n0 -qq

theme: packages ## static/theme.css from designsystemet.config.json
	@npx --yes @digdir/designsystemet@1.15.0 tokens create --config designsystemet.config.json --clean > /dev/null
	@npx --yes @digdir/designsystemet@1.15.0 tokens build > /dev/null
	@cp design-tokens-build/unlimited.css static/theme.css && rm -r design-tokens design-tokens-build

lock: packages ## pin all packages anew; needs uv
	@uv pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock
	@uv pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --group node -o requirements-node.lock

packages:
	@.ci/packages
