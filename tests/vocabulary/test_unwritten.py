"""What a person still has to write is told from what somebody wrote."""

import pytest

from conformance.vocabulary.unwritten import is_unwritten, unwritten


@pytest.mark.parametrize(
    ("text", "nobody_wrote_it"),
    [
        (unwritten("answered 500"), True),
        ("TODO", True),
        ("known since 2.3, see issue 7", False),
        ("their TODO list has it", False),
        ("", False),
    ],
)
def test_only_the_first_word_tells(text: str, nobody_wrote_it: bool) -> None:
    """The word inside a reason is part of the reason."""
    assert is_unwritten(text) is nobody_wrote_it
