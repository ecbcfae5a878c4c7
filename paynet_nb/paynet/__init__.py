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
from paynet_nb.paynet.paces import PACES
from paynet_nb.paynet.sample_token import SAMPLE_TOKEN
from paynet_nb.paynet.samples import message_ids, sample_payment, today

__all__ = [
    "CERTIFICATION",
    "KNOWN",
    "MEANINGS",
    "PACES",
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
    "message_ids",
    "origin_of",
    "read_outcome",
    "sample_payment",
    "sent_message_id",
    "today",
]
