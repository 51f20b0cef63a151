# make chat is all that a newcomer needs; the rest is for people who change the code.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help setup chat test lint bench eval
.DEFAULT_GOAL := help

help:
	@echo 'make chat    问答网页，自带示例报告 (the web chat, with a sample loaded)'
	@echo 'make setup   everything for development into $(VENV)'
	@echo 'make test    all tests        make lint    ruff and mypy'
	@echo 'make bench   speed and memory make eval    scores on the gold questions'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed'; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Stamps: nothing is installed again until pyproject.toml changes.
$(VENV)/.run-stamp: pyproject.toml | $(BIN)/python
	$(PIP) install --editable .
	@touch $@

# torch on its own first: a build without CUDA that is already here is then kept.
$(VENV)/.dev-stamp: pyproject.toml | $(BIN)/python
	$(PIP) install 'torch>=2.13,<2.14'
	$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/.run-stamp

setup: $(VENV)/.dev-stamp

chat: $(VENV)/.run-stamp
	$(BIN)/wenbao chat --sample

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python -m eval.bench

eval: setup
	$(BIN)/wenbao eval --sets eval/gold/sets.yaml --out out/eval
