# Everything that people and CI call. Each target sets up what it needs; a second call is quick.
SHELL := /bin/bash
PORT ?= 8000
export PORT

.PHONY: help run test check bench requirements format clean

help:
	@echo "make run      memasang yang diperlukan dan membuka Lapor di http://localhost:$(PORT) (PORT=8001 make run)"
	@echo "make test     menjalankan semua uji: SQLite, PostgreSQL, peramban"
	@echo "make check    memeriksa format, lint, tipe, arsitektur, templat, migrasi"
	@echo "make format   merapikan kode Python"
	@echo "make bench    mengukur kecepatan; hasil di bench/results.md"
	@echo "make requirements   mengunci ulang requirements*.txt (perlu uv)"

run:
	@deploy/system-libraries run
	@deploy/environment run
	@exec .venv/bin/python deploy/serve.py

test:
	@deploy/system-libraries run test
	@deploy/environment test
	@deploy/test

check:
	@deploy/system-libraries run
	@deploy/environment test
	@deploy/check

bench:
	@deploy/system-libraries run test
	@deploy/environment test
	@.venv/bin/python bench/run.py

format:
	@deploy/environment test
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

requirements:
	@deploy/lock-requirements

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
