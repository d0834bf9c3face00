"""Tools around the core. They import only the public API: ``from descale import …``."""
