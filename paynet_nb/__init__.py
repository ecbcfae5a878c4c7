"""paynet_nb: explore PayNet's API gateway in a notebook, from a key to a table.

    import paynet_nb as pn
    from paynet_nb.sandbox import Sandbox

    box = Sandbox()
    client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
    call = client.put("/v1/picasso-guard/echo", json={"hello": "PayNet"})
    call.to_frame()

Each name is loaded when it is first used (PEP 562), so importing the package is quick.
"""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.auth import (
        ClientCredentialsAuth as ClientCredentialsAuth,
        Finding as Finding,
        JwsAuth as JwsAuth,
        MerchantSignature as MerchantSignature,
        PayJwtAuth as PayJwtAuth,
        ReportsAuth as ReportsAuth,
        SignatureReport as SignatureReport,
        SigningKey as SigningKey,
        Token as Token,
        TokenInspection as TokenInspection,
        auto as auto,
        compare_tokens as compare_tokens,
        explain_signature as explain_signature,
        inspect_token as inspect_token,
        new_message_id as new_message_id,
        parse_message_id as parse_message_id,
    )
    from paynet_nb.client import (
        Client as Client,
        Session as Session,
        codes as codes,
    )
    from paynet_nb.credentials import Credentials as Credentials
    from paynet_nb.errors import (
        CallError as CallError,
        ClaimsError as ClaimsError,
        ConfigurationError as ConfigurationError,
        CredentialsError as CredentialsError,
        PaynetError as PaynetError,
        RefusedError as RefusedError,
        SigningError as SigningError,
        TokenError as TokenError,
    )
    from paynet_nb.frames import rebuild as rebuild, tables as tables
    from paynet_nb.history import History as History, compare as compare
    from paynet_nb.paynet import (
        CERTIFICATION as CERTIFICATION,
        REPORTS_PRODUCTION as REPORTS_PRODUCTION,
        REPORTS_UAT as REPORTS_UAT,
        SAMPLE_TOKEN as SAMPLE_TOKEN,
        Environment as Environment,
    )
    from paynet_nb.start import Listener as Listener, login as login
    from paynet_nb.widgets import (
        CredentialForm as CredentialForm,
        KeyForm as KeyForm,
        RequestForm as RequestForm,
    )
    from paynet_nb.wire import Call as Call

    __all__: list[str]
else:
    # Type checkers do not see this: to them a mistyped name is an error.
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "auth": (
                "ClientCredentialsAuth Finding JwsAuth MerchantSignature PayJwtAuth "
                "ReportsAuth SignatureReport SigningKey Token TokenInspection auto "
                "compare_tokens explain_signature inspect_token new_message_id "
                "parse_message_id"
            ),
            "client": "Client Session codes",
            "credentials": "Credentials",
            "errors": (
                "CallError ClaimsError ConfigurationError CredentialsError "
                "PaynetError RefusedError SigningError TokenError"
            ),
            "frames": "rebuild tables",
            "history": "History compare",
            "paynet": (
                "CERTIFICATION Environment REPORTS_PRODUCTION REPORTS_UAT SAMPLE_TOKEN"
            ),
            "start": "Listener login",
            "widgets": "CredentialForm KeyForm RequestForm",
            "wire": "Call",
        },
    )

__version__ = "0.1.0"
