"""What people choose from."""

from app.web.choices import countries


def test_countries_are_those_of_the_standard_in_the_order_people_look() -> None:
    found = countries("en")
    codes = [country.value for country in found]
    assert len(codes) == 250  # The 249 of ISO 3166-1, and Kosovo.
    assert not {"AC", "CP", "CQ", "DG", "EA", "IC", "TA"} & set(codes)
    assert codes.index("AF") + 1 == codes.index("AX")  # Åland does not stand behind Zimbabwe.
    assert codes.index("CI") in range(codes.index("CR"), codes.index("HR"))
