"""What PayNet publishes, each with its source: environments, calls, codes."""

from paynet_nb.paynet.all_codes import Code, code_table
from paynet_nb.paynet.answers import (
    OUTCOMES,
    AnswerCodes,
    Outcome,
    known_code,
    meaning,
    read_codes,
    sent_message_id,
    verdict,
)
from paynet_nb.paynet.contract import (
    Fault,
    Operation,
    differences,
    document,
    faults,
    find_operation,
    operations,
    path_in,
    path_values,
    sample,
    written,
)
from paynet_nb.paynet.environments import (
    CERTIFICATION,
    KNOWN,
    REPORTS_PRODUCTION,
    REPORTS_UAT,
    STAGES,
    STAGES_IN_WORDS,
    Environment,
    Origin,
    is_loopback,
    origin_of,
)
from paynet_nb.paynet.paces import PACES
from paynet_nb.paynet.sample_token import SAMPLE_TOKEN
from paynet_nb.paynet.samples import message_ids, sample_payment

__all__ = [
    "CERTIFICATION",
    "KNOWN",
    "OUTCOMES",
    "PACES",
    "REPORTS_PRODUCTION",
    "REPORTS_UAT",
    "SAMPLE_TOKEN",
    "STAGES",
    "STAGES_IN_WORDS",
    "AnswerCodes",
    "Code",
    "Environment",
    "Fault",
    "Operation",
    "Origin",
    "Outcome",
    "code_table",
    "differences",
    "document",
    "faults",
    "find_operation",
    "is_loopback",
    "known_code",
    "meaning",
    "message_ids",
    "operations",
    "origin_of",
    "path_in",
    "path_values",
    "read_codes",
    "sample",
    "sample_payment",
    "sent_message_id",
    "verdict",
    "written",
]
