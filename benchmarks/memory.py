"""What a process held at most."""

import re
import resource
from pathlib import Path


def peak_mb() -> int:
    """Of this process and of any that it started, in MB. What getrusage says of oneself begins with the starter's."""
    found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    own = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024
