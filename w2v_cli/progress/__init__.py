"""How far work is, drawn on standard error: for commands, and for the library's ``progress=True``.

Nothing here knows click: see `terminal.progress` for options and logs.
"""

from .stages import progress_bar as progress_bar
from .views import print_line as print_line
