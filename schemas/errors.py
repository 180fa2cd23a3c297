"""What can go wrong when a schema is written.

::

    SchemaError
"""

from __future__ import annotations


class SchemaError(Exception):
    """A schema or a label is not written as it must be; the message names the class, the field and the way out."""
