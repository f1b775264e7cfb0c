"""`python -m measures NAME FILE ...`: compute a published number from an exported file, without the site."""

import sys

from measures.command import main

sys.exit(main(sys.argv[1:]))
