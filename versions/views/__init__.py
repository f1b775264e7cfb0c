"""Pages: the comparison of two versions, and erasures."""

from versions.views.comparing import comparison_page

__all__ = ["comparison_page"]
