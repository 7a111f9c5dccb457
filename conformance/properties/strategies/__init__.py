"""Hypothesis strategies for what S3 requests are made of, to be combined freely.

All values are plain YAML values in the form of ``docs/reference/scenario-format.md`` (texts have
their dollar signs doubled), or small frozen classes of them; each strategy shrinks towards what a
reader would write first. See ``docs/explanation/property-tests.md``.
"""

from conformance.properties.strategies.access import (
    CANNED_ACLS,
    GRANT_MEMBERS,
    AccessHeaders,
    access_headers,
    email_grants,
    grantees,
)
from conformance.properties.strategies.bodies import Body, big_body, bodies, sizes
from conformance.properties.strategies.checksums import ALGORITHMS, ChecksumChoice, checksum_choices
from conformance.properties.strategies.complete_lists import ListedPart, complete_lists
from conformance.properties.strategies.conditions import Condition, complete_conditions
from conformance.properties.strategies.customer_keys import CustomerHeaders, customer_headers
from conformance.properties.strategies.encryption import encryption_headers
from conformance.properties.strategies.keys import encoded_pattern, key_names, short_names
from conformance.properties.strategies.listing import ListParameters, list_parameters, page_sizes
from conformance.properties.strategies.metadata import (
    system_metadata,
    tag_sets,
    tagging_header,
    user_metadata,
)
from conformance.properties.strategies.numbers import part_numbers, part_numbers_around_bounds
from conformance.properties.strategies.ranges import ByteRange, byte_ranges

__all__ = [
    "ALGORITHMS",
    "CANNED_ACLS",
    "GRANT_MEMBERS",
    "AccessHeaders",
    "Body",
    "ByteRange",
    "ChecksumChoice",
    "Condition",
    "CustomerHeaders",
    "ListParameters",
    "ListedPart",
    "access_headers",
    "big_body",
    "bodies",
    "byte_ranges",
    "checksum_choices",
    "complete_conditions",
    "complete_lists",
    "customer_headers",
    "email_grants",
    "encoded_pattern",
    "encryption_headers",
    "grantees",
    "key_names",
    "list_parameters",
    "page_sizes",
    "part_numbers",
    "part_numbers_around_bounds",
    "short_names",
    "sizes",
    "system_metadata",
    "tag_sets",
    "tagging_header",
    "user_metadata",
]
