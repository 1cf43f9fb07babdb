"""The command line: `python -m publishing <verb>`; what goes wrong is one clear message."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from publishing.cli import review_verbs, version_verbs  # each adds its verbs to the group
from publishing.cli.verbs import verbs
from schemas.problems import ReviewError

__all__ = ["main", "review_verbs", "version_verbs"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; 0 when it did its work, 1 with one clear message when it could not."""
    try:
        code = verbs.main(arguments, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help() if error.ctx else error, file=sys.stderr)
    except click.UsageError as error:
        print("\n".join([error.format_message(), *_usage(error)]), file=sys.stderr)
    except (click.Abort, KeyboardInterrupt):
        print("stopped; the last good _site/ is untouched", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
    except (ReviewError, ModuleNotFoundError, OSError) as error:
        if os.environ.get("REVIEW_TRACEBACK") == "1":
            raise
        print(_in_words(error), file=sys.stderr)
    return 1


def _usage(error: click.UsageError) -> list[str]:
    return [error.ctx.get_usage()] if error.ctx else []


def _in_words(error: Exception) -> str:
    """What a writer is told of an error."""
    if isinstance(error, ModuleNotFoundError):
        return (
            f"The package {error.name} is not installed here. Run this through nox, which makes "
            "the environment: python -m nox -s review"
        )
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror or error}{where}. The last good _site/ is untouched."
    return str(error)
