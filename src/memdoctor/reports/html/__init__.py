"""To look at: the case as one page that opens anywhere, without a network."""

from memdoctor.reports.html.page import render

__all__ = ["render"]
