"""Lists that leave the application as files."""
