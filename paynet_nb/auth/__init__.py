"""A token: asked for, judged, kept alive, put on requests; and what a JWT says."""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.auth.base import Auth as Auth
    from paynet_nb.auth.claims.fields import seconds_of as seconds_of
    from paynet_nb.auth.claims.findings import Finding as Finding
    from paynet_nb.auth.claims.inspection import TokenInspection as TokenInspection
    from paynet_nb.auth.claims.public_keys import KeysLike as KeysLike
    from paynet_nb.auth.claims.reading import (
        compare_tokens as compare_tokens,
        inspect_token as inspect_token,
    )
    from paynet_nb.auth.client_credentials import (
        IDEMPOTENT as IDEMPOTENT,
        ClientCredentialsAuth as ClientCredentialsAuth,
    )
    from paynet_nb.auth.renewing import RenewingAuth as RenewingAuth
    from paynet_nb.auth.signing.answer_check import (
        SIGNED as SIGNED,
        AnswerCheck as AnswerCheck,
    )
    from paynet_nb.auth.signing.by_contract import auto as auto
    from paynet_nb.auth.signing.explaining.explain import (
        explain_signature as explain_signature,
    )
    from paynet_nb.auth.signing.explaining.report import (
        SignatureReport as SignatureReport,
    )
    from paynet_nb.auth.signing.jws_auth import JwsAuth as JwsAuth
    from paynet_nb.auth.signing.key import SigningKey as SigningKey
    from paynet_nb.auth.signing.merchant_signature import (
        MerchantSignature as MerchantSignature,
    )
    from paynet_nb.auth.signing.message_id import (
        new_message_id as new_message_id,
        parse_message_id as parse_message_id,
    )
    from paynet_nb.auth.signing.pay_jwt_auth import PayJwtAuth as PayJwtAuth
    from paynet_nb.auth.signing.reports_auth import ReportsAuth as ReportsAuth
    from paynet_nb.auth.token import OPAQUE as OPAQUE, Keeper as Keeper, Token as Token
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "base": "Auth",
            "claims.fields": "seconds_of",
            "claims.findings": "Finding",
            "claims.inspection": "TokenInspection",
            "claims.public_keys": "KeysLike",
            "claims.reading": "compare_tokens inspect_token",
            "client_credentials": "ClientCredentialsAuth IDEMPOTENT",
            "renewing": "RenewingAuth",
            "signing.answer_check": "AnswerCheck SIGNED",
            "signing.by_contract": "auto",
            "signing.explaining.explain": "explain_signature",
            "signing.explaining.report": "SignatureReport",
            "signing.jws_auth": "JwsAuth",
            "signing.key": "SigningKey",
            "signing.merchant_signature": "MerchantSignature",
            "signing.message_id": "new_message_id parse_message_id",
            "signing.pay_jwt_auth": "PayJwtAuth",
            "signing.reports_auth": "ReportsAuth",
            "token": "Keeper OPAQUE Token",
        },
    )
