"""NYC reference data: the files with their sources (data/README.md), and how they reach the database."""
