"""The HTTP API for machines under /api/v1: leads in, platforms' answers, reads without personal data.

One file per concern; `operations.py` lists every operation once, and both the routes and the OpenAPI document come
from that list. docs/api.md is for whoever writes a client.
"""
