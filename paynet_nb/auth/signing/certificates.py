"""Certificates and requests for them, before a private key signs them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from paynet_nb.errors import SigningError

_SUBJECT = {
    "common_name": NameOID.COMMON_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "organizational_unit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "state": NameOID.STATE_OR_PROVINCE_NAME,
    "country": NameOID.COUNTRY_NAME,
    "email": NameOID.EMAIL_ADDRESS,
}


def certificate_of(
    public_key: RSAPublicKey, common_name: str, days: int
) -> x509.CertificateBuilder:
    """Describe a certificate that its own key signs."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    start = datetime.now(UTC) - timedelta(minutes=5)  # for a clock that is behind
    return (
        x509.CertificateBuilder(name, name, public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


def request_of(given: Mapping[str, str]) -> x509.CertificateSigningRequestBuilder:
    """Describe a certificate request (PKCS#10).

    Args:
        given: The parts of the subject; what is empty is left out.

    Raises:
        SigningError: A value cannot stand in a request, as a country of 3 letters.
    """
    names, problem = [], ""
    for name, text in given.items():
        try:
            if text:
                names.append(x509.NameAttribute(_SUBJECT[name], text))
        except (TypeError, ValueError) as error:
            problem = f"{name}= cannot stand in a request ({error})"
    if problem:
        raise SigningError(problem)
    return x509.CertificateSigningRequestBuilder(x509.Name(names))
