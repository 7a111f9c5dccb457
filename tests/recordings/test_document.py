"""`take_apart`: a document as it was written."""

from __future__ import annotations

import pytest

from conformance.recordings.document import Element, take_apart

DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'


def test_leaves_in_their_order() -> None:
    """Elements without others in them come with their paths, in the order they were written."""
    document = take_apart(f"{DECLARED}<A x='1'><B>1</B><C><D>2</D><D>3</D></C></A>")
    assert document.opening == DECLARED
    assert document.root == "<A x='1'>"
    assert document.elements == (Element("B", "1"), Element("C/D", "2"), Element("C/D", "3"))
    assert [element.name for element in document.elements] == ["B", "D", "D"]


@pytest.mark.parametrize("empty", ["<B/>", "<B></B>", "<B />"])
def test_empty_elements(empty: str) -> None:
    """An empty element counts, however it is written, and what follows it is not lost."""
    found = take_apart(f"<A>{empty}<C>1</C></A>").elements
    assert found == (Element("B", ""), Element("C", "1"))


def test_an_element_that_holds_empty_ones_is_not_a_leaf() -> None:
    """An element with nothing but an empty element in it is not itself a leaf."""
    assert take_apart("<A><B><C/></B></A>").elements == (Element("B/C", ""),)


def test_references_stay_as_written() -> None:
    """What is written as a reference is not what is written as a character."""
    assert take_apart("<A><E>&quot;x&quot;</E></A>").elements[0].text == "&quot;x&quot;"


def test_what_comes_before_the_root() -> None:
    """An empty line after the declaration is told from none, and no declaration from one."""
    assert take_apart(f"{DECLARED}\n<A></A>").opening == f"{DECLARED}\n"
    assert take_apart("<A></A>").opening == ""


@pytest.mark.parametrize("end", ["<C>2", "<C>2</", "<C"])
def test_a_cut_document_ends_with_what_is_whole(end: str) -> None:
    """Of a document that was cut nothing is taken that may be half of what it was."""
    assert take_apart(f"<A><B>1</B>{end}", cut=True).elements == (Element("B", "1"),)


@pytest.mark.parametrize("text", ["", "plain text", "<", "</A>", "<A>", "<A></B></C>", "<?xml?>"])
def test_whatever_comes_is_taken_apart(text: str) -> None:
    """Bytes that are not a document raise nothing."""
    assert isinstance(take_apart(text).elements, tuple)
