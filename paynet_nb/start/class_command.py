"""`paynet-nb sandbox --learners` and `paynet-nb trust`: a class's two ends."""

from __future__ import annotations

import argparse
import contextlib
import csv
import hmac
import io
import shlex
import ssl
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from paynet_nb.errors import ConfigurationError
from paynet_nb.start.keys_file import kept

if TYPE_CHECKING:
    from paynet_nb.sandbox import Classroom

_WAIT_S = 10
_COLUMNS = ("learner", "client_id", "client_secret", "base_url", "token_url")


def add_class_arguments(sandbox: argparse.ArgumentParser) -> None:
    """Add what only a class needs to `paynet-nb sandbox`."""
    group = sandbox.add_argument_group("for a class")
    group.add_argument(
        "--learners",
        type=int,
        metavar="N",
        help="serve N learners apart from each other, a key set for each; --keys "
        "writes these as CSV, else they are printed",
    )
    group.add_argument(
        "--host",
        metavar="ADDRESS",
        help="listen on this address of this machine (0.0.0.0: all), by HTTPS; "
        "default: this machine alone",
    )
    group.add_argument(
        "--cert",
        type=Path,
        metavar="FILE",
        help="the PEM certificate for HTTPS; without it one is made that signs itself",
    )
    group.add_argument(
        "--key", type=Path, metavar="FILE", help="the certificate's private key"
    )


def refuse_without_a_class(arguments: argparse.Namespace) -> None:
    """Refuse what only a class may do.

    Raises:
        ConfigurationError: An address or a certificate is given, but no `--learners`.
    """
    if arguments.host or arguments.cert or arguments.key:
        raise ConfigurationError(
            "--host, --cert and --key are for a class: add --learners N"
        )


def serve_a_class(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C, and say how to get in."""
    from paynet_nb.sandbox import Classroom

    with (
        Classroom(
            arguments.learners,
            arguments.port,
            arguments.host or "127.0.0.1",
            certificate=arguments.cert,
            key=arguments.key,
            scenario=arguments.scenario,
        ) as room,
        kept(key_sets(room), arguments.keys),
        contextlib.suppress(KeyboardInterrupt),
    ):
        print(_told(room, arguments), flush=True)
        room.wait()
    return 0


def key_sets(room: Classroom) -> str:
    """Write one line a learner, as CSV with a head."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for one in room.learners:
        keys = one.credentials
        where = keys.environment
        secret = keys.client_secret.reveal()
        rows.writerow(
            [one.number, keys.client_id, secret, where.base_url, where.token_url]
        )
    return text.getvalue()


def _told(room: Classroom, arguments: argparse.Namespace) -> str:
    where = room.environment
    keys = "printed below; --keys FILE writes them to a file for you alone instead"
    if arguments.keys:
        keys = f"in {shlex.quote(str(arguments.keys.resolve()))} while it runs"
    facts = {
        "base URL": where.base_url,
        "token URL": where.token_url,
        "reached by": room.reach,
        "scenario": arguments.scenario or "none, all is well",
        "trainer": f"{room.url}/trainer",
        "its key": room.trainer_key.reveal(),
        "keys": keys,
    }
    if room.certificate:
        facts["SHA-256"] = room.certificate.fingerprint
    lines = [f"  {name:10} {value}" for name, value in facts.items()]
    own = [] if arguments.keys else ["", key_sets(room).rstrip()]
    trust = []
    if room.certificate and not arguments.cert:
        trust = [
            "Each learner's machine first, so that it trusts this one and no other:",
            f"  paynet-nb trust {room.url} {room.certificate.fingerprint}",
        ]
    return "\n".join(
        [
            f"A gateway for {len(room.learners)} learners, not PayNet; "
            "its data is made up.",
            "",
            *lines,
            *own,
            "",
            *trust,
            "In each learner's notebook, then the keys into the form:",
            '  session = pn.login(pn.Environment(name="class", stage="sandbox", '
            f'base_url="{where.base_url}", token_url="{where.token_url}"))',
            "",
            "Ctrl-C stops it.",
        ]
    )


def add_trust(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `paynet-nb trust`."""
    what = "save the certificate of a class's sandbox, if it has this fingerprint"
    trust = commands.add_parser("trust", help=what, description=what)
    trust.add_argument("url", help="the class's address: https://...")
    trust.add_argument("fingerprint", help="as the trainer's terminal shows it")
    trust.add_argument(
        "--out", type=Path, default=Path("class.pem"), help="(default: %(default)s)"
    )
    trust.set_defaults(run=_trust)


def _trust(arguments: argparse.Namespace) -> int:
    parts = urlsplit(arguments.url)
    if parts.scheme != "https" or not parts.hostname:
        raise ConfigurationError(f"{arguments.url} is no address such as https://host")
    try:
        # Nothing is sent but a hello; whose it is, the fingerprint tells.
        pem = ssl.get_server_certificate(
            (parts.hostname, parts.port or 443), timeout=_WAIT_S
        )
    except OSError as error:
        raise ConfigurationError(
            f"{arguments.url} gives no certificate: {error.strerror or error}"
        ) from None
    found = sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    wanted = arguments.fingerprint.replace(":", "").lower()
    if not hmac.compare_digest(found.encode(), wanted.encode()):
        raise ConfigurationError(
            f"{arguments.url} shows another certificate than the one named; nothing "
            "was saved: compare the fingerprint with the trainer's terminal"
        )
    try:
        arguments.out.write_text(pem, "ascii")
    except OSError as error:
        told = (error.strerror or "").lower()
        raise ConfigurationError(f"{arguments.out} cannot be written: {told}") from None
    path = arguments.out.resolve()
    print(f"saved to {path}; before the notebook logs in there:")
    print(f'  import os; os.environ["REQUESTS_CA_BUNDLE"] = {str(path)!r}')
    return 0
