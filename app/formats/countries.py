"""Countries by their names: kept are their codes, which are the same in every language."""

from babel import Locale


def country_name(code: str, language: str) -> str:
    """Germany for DE; a code that nobody knows is said as it is, and none as nothing."""
    return str(Locale.parse(language).territories.get(code, code))
