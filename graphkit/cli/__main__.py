"""`python -m graphkit.cli`, where no `graphkit` is on the path."""

import sys

from graphkit.cli import main

sys.exit(main())
