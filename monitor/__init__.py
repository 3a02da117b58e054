"""license-monitor: export-licence news, read once and told once."""

__version__ = "0.1.0"
