"""Run by vLLM's own Python: tells its options, then what its parser makes of command lines.

Lines of JSON out; one line of JSON, a list of command lines, in.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from vllm.entrypoints.launchers.cli_args import make_arg_parser  # type: ignore[import-not-found]
from vllm.utils.argparse_utils import FlexibleArgumentParser  # type: ignore[import-not-found]

MARK = "JSON "


class Refused(Exception):
    pass


class Parser(FlexibleArgumentParser):  # type: ignore[misc]
    def error(self, message: str) -> Any:
        raise Refused(message)

    def exit(self, status: int = 0, message: str | None = None) -> Any:
        raise Refused(f"exit {status}")


def described(action: Any) -> dict[str, Any]:
    return {
        "names": action.option_strings,
        "dest": action.dest,
        "flag": action.nargs == 0,
        "many": action.nargs == "+",
        "choices": [str(one) for one in action.choices] if action.choices else [],
    }


def changed(parser: Parser, argv: list[str], usual: dict[str, str]) -> list[str] | str:
    """Destinations that a command line changes, or why it is refused."""
    try:
        found = vars(parser.parse_args(argv))
    except (Refused, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"
    return sorted(name for name, value in found.items() if str(value) != usual[name])


def main() -> None:
    parser = make_arg_parser(Parser())
    usual = {name: str(value) for name, value in vars(parser.parse_args([])).items()}
    tell([described(action) for action in parser._actions if action.option_strings])
    tell([changed(parser, line, usual) for line in json.loads(sys.stdin.readline())])


def tell(what: list[Any]) -> None:
    sys.stdout.write(f"{MARK}{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
