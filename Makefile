# Koban Gestion for Odoo 19. Every command is a few lines of the package setup/.
PYTHON ?= python3
# exec: what ends make must end the command, not only a shell around it.
SETUP = exec $(PYTHON) -m setup

.DEFAULT_GOAL := help
.PHONY: help run stop test lint i18n bench shell db drop wheels host-tests mutants clean

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

run: ## Serve http://127.0.0.1:8069 (KOBAN_PORT=…; BACKGROUND=1 returns at once)
	@$(SETUP) run $(if $(BACKGROUND),--background)

stop: ## Stop the server and the embedded PostgreSQL
	@$(SETUP) stop

test: ## Run every test once (ONLY=koban_sales,tests … ARGS="-k name"; ALL=1: each addon alone too)
	@$(SETUP) test $(if $(ONLY),--only "$(ONLY)") $(if $(ARGS),--args="$(ARGS)") $(if $(ALL),--all)

lint: ## Check style, manifests, XML and translations
	@$(SETUP) lint $(if $(FAST),--fast)

i18n: ## Bring every .pot and fr.po up to date with the sources (ONLY=koban_sales)
	@$(SETUP) i18n $(if $(ONLY),--only "$(ONLY)")

bench: ## Compare with the plain host, print a table and JSON (ONLY=confirm_post)
	@$(SETUP) bench $(if $(ONLY),--only "$(ONLY)")

shell: ## Open an Odoo shell on DB=… (default koban), or run the script on standard input
	@$(SETUP) shell $(or $(DB),koban)

db: ## Make a fresh database DB=… with every addon and the demo company
	@$(SETUP) db $(or $(DB),$(error name it: make db DB=mine))

drop: ## Drop the database DB=…
	@$(SETUP) drop $(or $(DB),$(error name it: make drop DB=mine))

wheels: ## Build one wheel per addon into dist/
	@$(SETUP) wheels

host-tests: ## Run the host's own tests with and without the addons, and compare
	@$(SETUP) host-tests $(if $(ONLY),--only "$(ONLY)")

mutants: ## See whether the tests notice changed conditions (ONLY=koban_sales SEED=7 COUNT=40)
	@$(SETUP) mutants $(if $(ONLY),--only "$(ONLY)") $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT))

clean: ## Stop, and drop what can be made again (ALL=1: the whole cache, the data too)
	@$(SETUP) clean $(if $(ALL),--all)
