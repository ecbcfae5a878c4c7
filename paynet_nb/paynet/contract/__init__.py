"""PayNet's gateway as one OpenAPI 3.1 document, and what reads it.

The JSON files beside this one are the document's parts, by family of calls;
`common.json` holds what they share. An element's `x-source` says how sure it is
("page": a page of PayNet, "transcript": somebody's copy of one, "observed": in an
answer of PayNet's, "third-party": in a public client, "assumption": nowhere) and where
it was read: a name in `x-sources`. An element without one has that of the element it
stands in.

layout      how the files are written
reader      the document, put together
calls       its calls, found by method and path, with sample values
places      which of them an environment is known to have
schemas     the schema of one part of a message, complete in itself
validation  what is wrong with a part of a message
differences how an answer differs from it, also by what it adds
apply       confirmed differences made its own (python -m ...contract.apply)
"""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.paynet.contract.calls import (
        Operation as Operation,
        Sample as Sample,
        find_operation as find_operation,
        notifications as notifications,
        operations as operations,
        paces as paces,
        path_values as path_values,
        sample as sample,
        sample_answer as sample_answer,
        webhooks as webhooks,
    )
    from paynet_nb.paynet.contract.differences import differences as differences
    from paynet_nb.paynet.contract.layout import parsed as parsed, written as written
    from paynet_nb.paynet.contract.places import path_in as path_in
    from paynet_nb.paynet.contract.reader import (
        FAMILIES as FAMILIES,
        SURE as SURE,
        Source as Source,
        document as document,
        source_of as source_of,
    )
    from paynet_nb.paynet.contract.schemas import PARTS as PARTS, schema as schema
    from paynet_nb.paynet.contract.validation import Fault as Fault, faults as faults
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "calls": (
                "Operation Sample find_operation notifications operations paces "
                "path_values sample sample_answer webhooks"
            ),
            "differences": "differences",
            "layout": "parsed written",
            "places": "path_in",
            "reader": "FAMILIES SURE Source document source_of",
            "schemas": "PARTS schema",
            "validation": "Fault faults",
        },
    )
