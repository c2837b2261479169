"""Invented data for the local pair: people, leads and everything that happens to them. Never for production."""
