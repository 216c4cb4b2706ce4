"""The machine at hand as records: its processes, as far as it shows them."""

NAME = "this machine"
