"""`python -m sandbox.slack`."""

import sys

from sandbox.slack.main import main

sys.exit(main())
