"""What PayNet publishes, each with its source: environments, endpoints, codes."""

from paynet_nb.paynet.codes import (
    MEANINGS,
    Outcome,
    meaning,
    read_outcome,
    sent_message_id,
)
from paynet_nb.paynet.endpoints import Endpoint, known_endpoints
from paynet_nb.paynet.environments import (
    CERTIFICATION,
    KNOWN,
    REPORTS_PRODUCTION,
    REPORTS_UAT,
    STAGES,
    Environment,
    Origin,
    is_loopback,
    origin_of,
)
from paynet_nb.paynet.sample_token import SAMPLE_TOKEN

__all__ = [
    "CERTIFICATION",
    "KNOWN",
    "MEANINGS",
    "REPORTS_PRODUCTION",
    "REPORTS_UAT",
    "SAMPLE_TOKEN",
    "STAGES",
    "Endpoint",
    "Environment",
    "Origin",
    "Outcome",
    "is_loopback",
    "known_endpoints",
    "meaning",
    "origin_of",
    "read_outcome",
    "sent_message_id",
]
