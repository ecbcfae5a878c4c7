"""`python -m paynet_nb` is the command `paynet-nb`."""

import sys

from paynet_nb.start import main

sys.exit(main())
