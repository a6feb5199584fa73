"""WSGI entry point: ``flask --app app`` and ``gunicorn app:app``."""

import gc

from lapor.factory import create_app

app = create_app()

# What stands now lives as long as the process: the collector need not look through it again and again, which took a
# tenth of the time of a page; and it comes after some pages, not several times in each.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
