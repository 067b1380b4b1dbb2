"""What people do in trade."""

from flask_babel import lazy_gettext as _l

from app.models.labels import Labelled


class Role(Labelled):
    """What a trade member does. A covered question: asking it needs an OMB control number."""

    IMPORTER = "importer", _l("Importer")
    EXPORTER = "exporter", _l("Exporter")
    BROKER = "broker", _l("U.S. licensed customs broker")
    FORWARDER = "forwarder", _l("Freight forwarder")
    CARRIER = "carrier", _l("Carrier")
    EXPRESS = "express", _l("Express consignment or e-commerce")
    ATTORNEY = "attorney", _l("Attorney")
    CONSULTANT = "consultant", _l("Consultant")
    SOFTWARE = "software", _l("Software provider")
    SURETY = "surety", _l("Surety")
    ASSOCIATION = "association", _l("Trade association")
    WAREHOUSE = "warehouse", _l("Warehouse or foreign-trade zone")
    ACADEMIA = "academia", _l("Academia")
    PRESS = "press", _l("Press")
    US_GOVERNMENT = "us-government", _l("U.S. government")
    FOREIGN_GOVERNMENT = "foreign-government", _l("Foreign government")
    OTHER = "other", _l("Other")
