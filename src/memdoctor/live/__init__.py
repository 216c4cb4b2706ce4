"""The machine at hand as records: its processes, as far as it shows them."""

NAME = "this machine"
CLOCK = "this machine's clock"  # what tells the time of a look
