"""`python -m publishing <verb>`: the verbs stand in `publishing.cli`."""

import sys

from publishing.cli.commands import main

if __name__ == "__main__":
    sys.exit(main())
