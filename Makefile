# Every target sets up .venv first (scripts/setup.sh; seconds when nothing changed).
.PHONY: setup demo test lint accuracy bench schema clean
BIN := .venv/bin
WORKERS ?= 2

setup:
	@bash scripts/setup.sh

demo: setup          ## scans the samples into out/demo
	@$(BIN)/posterscan demo

test:                ## all tests
	@bash scripts/setup.sh --tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

lint: setup          ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

accuracy: setup      ## the table of docs/accuracy.md again
	@$(BIN)/python benchmarks/accuracy.py $(ARGS)

bench: setup         ## seconds and memory, stage by stage
	@$(BIN)/python benchmarks/speed.py $(ARGS)

schema: setup        ## docs/schema/ again, after a change of the models
	@for name in result layout catalogue index corrections camera; do $(BIN)/posterscan schema $$name > docs/schema/$$name.schema.json; done

clean:
	rm -rf .venv out .mypy_cache .ruff_cache .pytest_cache .hypothesis
