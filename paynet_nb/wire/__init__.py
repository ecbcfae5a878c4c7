"""One request out, one redacted `Call` in; requests and urllib3 enter here."""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.wire.answer_words import cut_mark as cut_mark
    from paynet_nb.wire.by_contract import (
        faults_of as faults_of,
        is_masked as is_masked,
    )
    from paynet_nb.wire.call import Call as Call
    from paynet_nb.wire.connections import by_adapter as by_adapter
    from paynet_nb.wire.exchange import (
        Known as Known,
        Sent as Sent,
        capture as capture,
        knowing_credential as knowing_credential,
        send as send,
    )
    from paynet_nb.wire.header_fields import (
        copied as copied,
        header_values as header_values,
    )
    from paynet_nb.wire.json_text import (
        charset_of as charset_of,
        collector_paused as collector_paused,
        json_line as json_line,
        parse_json as parse_json,
    )
    from paynet_nb.wire.no_answer import (
        NO_ANSWER as NO_ANSWER,
        NoAnswer as NoAnswer,
        ToldAlready as ToldAlready,
        why_no_answer as why_no_answer,
    )
    from paynet_nb.wire.outcome import outcome_of as outcome_of
    from paynet_nb.wire.per_process import PerProcess as PerProcess
    from paynet_nb.wire.recorder import Recorder as Recorder
    from paynet_nb.wire.redaction.by_name import (
        REDACTED as REDACTED,
        holds_jwt as holds_jwt,
    )
    from paynet_nb.wire.redaction.by_reading import Hidden as Hidden
    from paynet_nb.wire.redaction.by_value import (
        find_all as find_all,
        fingerprint as fingerprint,
        is_ordinary as is_ordinary,
    )
    from paynet_nb.wire.redaction.names import (
        may_be_shown as may_be_shown,
        names_a_secret as names_a_secret,
        names_a_secret_in_link as names_a_secret_in_link,
    )
    from paynet_nb.wire.redaction.redactor import (
        Redactor as Redactor,
        knowing_token as knowing_token,
        knowing_tokens as knowing_tokens,
    )
    from paynet_nb.wire.shareable import (
        MASK as MASK,
        Personal as Personal,
        fit_to_share as fit_to_share,
        masked_by_name as masked_by_name,
        personal_in as personal_in,
    )
    from paynet_nb.wire.transfers import Transfers as Transfers
    from paynet_nb.wire.transport import (
        Timeout as Timeout,
        Transport as Transport,
        as_timeout as as_timeout,
        bearer_of as bearer_of,
        put_bearer as put_bearer,
        quote_no_headers as quote_no_headers,
        read_whole as read_whole,
    )
    from paynet_nb.wire.unpacking import (
        packings as packings,
        unpacked as unpacked,
    )
    from paynet_nb.wire.waiting import aside as aside
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "by_contract": "faults_of is_masked",
            "answer_words": "cut_mark",
            "waiting": "aside",
            "call": "Call",
            "connections": "by_adapter",
            "exchange": "Known Sent capture knowing_credential send",
            "header_fields": "copied header_values",
            "json_text": "charset_of collector_paused json_line parse_json",
            "no_answer": "NoAnswer NO_ANSWER ToldAlready why_no_answer",
            "outcome": "outcome_of",
            "per_process": "PerProcess",
            "recorder": "Recorder",
            "redaction.by_name": "REDACTED holds_jwt",
            "redaction.names": "may_be_shown names_a_secret names_a_secret_in_link",
            "redaction.by_reading": "Hidden",
            "redaction.by_value": "find_all fingerprint is_ordinary",
            "redaction.redactor": "Redactor knowing_token knowing_tokens",
            "shareable": "MASK Personal fit_to_share masked_by_name personal_in",
            "unpacking": "packings unpacked",
            "transfers": "Transfers",
            "transport": (
                "Timeout Transport as_timeout bearer_of put_bearer quote_no_headers "
                "read_whole"
            ),
        },
    )
