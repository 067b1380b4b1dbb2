"""A text that speaks to one person each, said to everybody."""

import pytest

from app.formats.impersonal import impersonal

NAMES = ("first_name", "full_name")
VALUES = {"event": "Filing day"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Dear {first_name}, they are up.", "They are up."),
        ("Dear {first_name},\n\nthey are up.", "They are up."),
        ("Good morning {full_name}!\nCome to {event}.", "Come to Filing day."),
        ("Come, {first_name}. Bring a pen, {first_name}!", "Come. Bring a pen!"),
        ("Thank you, {first_name}, for coming.", "Thank you for coming."),
        ("{first_name}: read this.", "Read this."),
        ("- one, {first_name}.\n* two", "- one.\n- two"),
        ("Nothing personal in it.\n\n\nAt all.", "Nothing personal in it.\n\nAt all."),
    ],
)
def test_names_by_which_somebody_is_addressed_go(typed, said):
    found = impersonal(typed, VALUES, names=NAMES)
    assert (found.text, found.left_out) == (said, [])


@pytest.mark.parametrize(
    "sentence",
    [
        "Your number is {confirmation_number}.",
        "{first_name} has a seat.",
        "See {manage_link}!",
        "Join at https://x.y/z.",
    ],
)
def test_what_is_true_of_one_person_or_private_goes_as_a_whole_and_is_named(sentence):
    found = impersonal(f"Before it. {sentence} After it.\n- {sentence}", VALUES, names=NAMES, private=["https://x.y/z"])
    assert found.text == "Before it. After it."
    assert found.left_out == [sentence, sentence]


def test_a_value_that_looks_like_a_placeholder_stays_a_value():
    assert impersonal("{event}", {"event": "{first_name}"}, names=NAMES).text == "{first_name}"
