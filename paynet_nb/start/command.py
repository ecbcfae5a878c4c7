"""`paynet-nb`: the demo, the guided notebooks and the sandbox, from a terminal."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from paynet_nb.errors import ConfigurationError, PaynetError
from paynet_nb.paynet import machine
from paynet_nb.start import notebooks as lab
from paynet_nb.start.class_command import (
    add_class_arguments,
    add_trust,
    refuse_without_a_class,
    serve_a_class,
)
from paynet_nb.start.keys_file import as_variables, kept

FAILED = 1
INSTALL_FIRST = 2  # argparse's own code for a command that cannot be run as written
INTERRUPTED = 130  # what shells give for Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    Args:
        argv: The words after the program's name; None: those of this process.
    """
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except PaynetError as error:
        return _complain(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, `head` perhaps, has what it wanted. Without this, Python would
        # complain when it closes the output at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="paynet-nb",
        description="PayNet's API gateway from a notebook: from a key to a table.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    what = "show the whole path in this terminal, on a gateway on this machine"
    demo = commands.add_parser("demo", help=what, description=what)
    demo.set_defaults(run=_demo)

    _add_lab(commands)
    what = "serve a PayNet-like gateway on this machine until Ctrl-C"
    sandbox = commands.add_parser("sandbox", help=what, description=what)
    sandbox.add_argument(
        "--port", type=int, default=0, help="the port to take (default: any free one)"
    )
    sandbox.add_argument(
        "--scenario",
        metavar="NAME",
        help="misbehave in this way; a name that is unknown lists all",
    )
    sandbox.add_argument(
        "--keys",
        metavar="FILE",
        type=_path,
        help="write its keys, as PAYNET_... variables, to a new file that only you can "
        "read; it is removed when the sandbox stops",
    )
    add_class_arguments(sandbox)
    sandbox.set_defaults(run=_sandbox)
    add_trust(commands)
    _add_drift(commands)
    return parser


def _add_lab(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    what = "copy the guided notebooks to a folder of yours and open JupyterLab there"
    notebooks = commands.add_parser("lab", help=what, description=what)
    notebooks.add_argument(
        "folder",
        nargs="?",
        type=_path,
        default=Path("paynet_notebooks"),
        help="where to (default: %(default)s); what you changed is not overwritten",
    )
    notebooks.add_argument("--no-open", action="store_true", help="open no browser")
    notebooks.add_argument(
        "--copy-only", action="store_true", help="copy, and do not start JupyterLab"
    )
    notebooks.add_argument(
        "--fresh",
        metavar="NAME",
        help='only write a clean copy of one lesson, "03" for example, beside yours',
    )
    notebooks.add_argument(
        "--collect",
        metavar="FOLDER",
        type=_path,
        help="only make a table and a picture of the progress of a class, of the files "
        "paynet_progress.json that learners handed in",
    )
    notebooks.set_defaults(run=_lab)


def _add_drift(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    what = "write how the answers of a journal differ from the contract; no values"
    drift = commands.add_parser("drift", help=what, description=what)
    drift.add_argument("journal", type=_path, help="the file of History(path=...)")
    drift.add_argument(
        "--out", type=_path, default=Path("drift.yaml"), help="(default: %(default)s)"
    )
    drift.set_defaults(run=_drift)


def _path(word: str) -> Path:
    # A shell leaves --keys=~/file as it is.
    return Path(os.path.expanduser(word))


def _demo(_arguments: argparse.Namespace) -> int:
    try:
        from paynet_nb.start.demo import story
    except ConfigurationError as error:
        return _complain(error, INSTALL_FIRST)
    for block in story():
        print(block, end="\n\n", flush=True)
    return 0


def _lab(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    if arguments.collect is not None:
        return _collect(arguments.collect)
    if arguments.fresh is not None:
        print(f"a clean copy is {lab.copy_fresh(folder, arguments.fresh)}")
        return 0
    if not arguments.copy_only and find_spec("jupyterlab") is None:
        return _complain(
            'JupyterLab is not installed; run: python -m pip install "paynet_nb[lab]"',
            INSTALL_FIRST,
        )
    copied = lab.copy_notebooks(folder)
    print(f"{len(copied.new)} notebooks copied to {folder}", flush=True)
    if copied.renewed:
        print(f"renewed, you had not changed them: {', '.join(copied.renewed)}")
    if copied.kept:
        print(f"kept as you changed them: {', '.join(copied.kept)}", flush=True)
    if arguments.copy_only:
        return 0
    return lab.start(folder, browser=not arguments.no_open)


def _collect(folder: Path) -> int:
    from paynet_nb.start.collect import PICTURE, TABLE, collect

    found = collect(folder)
    print(
        f"{len(found.learners)} learners; see {folder / TABLE} and {folder / PICTURE}"
    )
    if found.passed_over:
        print(f"no learner's progress: {', '.join(found.passed_over)}")
    return 0


def _sandbox(arguments: argparse.Namespace) -> int:
    try:
        from paynet_nb.sandbox import Sandbox
    except ConfigurationError as error:
        return _complain(error, INSTALL_FIRST)
    _end_as_ctrl_c_does()
    if arguments.learners is not None:
        return serve_a_class(arguments)
    refuse_without_a_class(arguments)
    with (
        Sandbox(arguments.port, arguments.scenario) as box,
        kept(as_variables(box.credentials), arguments.keys),
    ):
        keys = "redacted; --keys FILE writes them to a file for another program"
        if arguments.keys:
            file = shlex.quote(str(arguments.keys.resolve()))
            keys = f"in a file while it runs; for a shell: set -a; . {file}; set +a"
        scenario = box.scenarios.get(arguments.scenario, "none, all is well")
        with contextlib.suppress(KeyboardInterrupt):
            print(
                f"A gateway on {machine()}, not PayNet; its data is made up.\n",
                f"  base URL   {box.environment.base_url}",
                f"  token URL  {box.environment.token_url}",
                f"  JWKS URL   {box.environment.jwks_url}",
                f"  scenario   {scenario}",
                f"  keys       {keys}",
                "\nCtrl-C stops it.",
                sep="\n",
                flush=True,
            )
            box.wait()
    return 0


def _drift(arguments: argparse.Namespace) -> int:
    from paynet_nb.history import History, write_drift  # with pandas, for this alone

    if not arguments.journal.is_file():
        raise ConfigurationError(f"{arguments.journal} is no journal of a history")
    found = write_drift(History(path=arguments.journal), arguments.out)
    print(f"{found} differences written to {arguments.out}; look before you send it")
    return 0


def _end_as_ctrl_c_does() -> None:
    """Let `kill`, a container and a closed terminal leave no keys behind, too."""
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        ending = getattr(signal, name, None)  # the second is POSIX's, the last Windows'
        # Under nohup it is to go on when the terminal is closed.
        if ending and signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, signal.default_int_handler)


def _complain(problem: object, code: int) -> int:
    print(f"paynet-nb: {problem}", file=sys.stderr)
    return code
