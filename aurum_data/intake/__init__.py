"""Bringing leads in from files: reading, header mapping, normalisation, loading."""
