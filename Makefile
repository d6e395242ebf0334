# Everything a newcomer or a maintainer does with Kompetansebro. `make help` lists it.

PYTHON ?= python3
export PORT ?= 8000
export DEMO ?= 1

# Brings the clone up to date for its first word (run, check, test), then becomes .venv/bin/python with the rest.
READY = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo 'Kompetansebro needs Python 3.11 or newer; `$(PYTHON)` is older or missing. Name another: make $@ PYTHON=python3.12' >&2; exit 1; }; \
	exec $(PYTHON) -P config/bootstrap.py
PY = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test check fix messages bench evaluate screenshots requirements clean ready

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run:  ## run the site with its demonstration region on http://127.0.0.1:8000 (PORT=8001 make run for another)
	$(READY) run manage.py serve

test:  ## run all tests, the browser's too (ARGS="-k word" for some)
	$(READY) test -m pytest -n 2 $(ARGS)

check: ready  ## format, lint, types, layers, templates, migrations
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy .
	.venv/bin/lint-imports --no-logo
	$(PY) -m djlint --check --lint --quiet templates
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING

fix: ready  ## put code and templates into their form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint --reformat --quiet templates

messages: ready  ## gather the texts to translate into locale/
	$(PY) -m babel.messages.frontend --quiet extract -F babel.cfg -k gettext_lazy -k ngettext_lazy:1,2 -k pgettext_lazy:1c,2 \
		-k gettext_noop --add-location=file --sort-by-file --no-wrap -o var/django.pot .
	$(PY) -m babel.messages.frontend --quiet update -D django -d locale -i var/django.pot \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

bench: ready  ## measure against the figures in docs/, hours the first time (ARGS='matching 30_000' for some)
	$(PY) -m benchmarks $(ARGS)

evaluate: ready  ## measure how good matching is (ARGS=--quick without the ablation)
	@$(PY) -m evaluation $(ARGS)

screenshots: ready  ## take the pictures of the README
	$(PY) -m tests.screenshots

requirements: ready  ## pin the packages of pyproject.toml, with hashes
	$(PY) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate pyproject.toml -o requirements.txt
	$(PY) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --group dev pyproject.toml -o requirements-dev.txt

clean:  ## remove what can be made again (var/, with the data, stays)
	rm -rf .venv node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find locale -name '*.mo' -delete

ready:
	$(READY) check -c ''
