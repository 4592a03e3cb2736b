"""Who really moves people, and on what evidence."""

from importlib.metadata import version as _version

__version__ = _version("graphkit-influence")
