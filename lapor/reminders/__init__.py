"""Reminders and escalation by a table, drafts of letters above that, and one page for the leadership."""
