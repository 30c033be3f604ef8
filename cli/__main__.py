"""`python -m cli` is `volya`; the service starts its crawl worker this way."""

import sys

from cli.main import main

sys.exit(main())
