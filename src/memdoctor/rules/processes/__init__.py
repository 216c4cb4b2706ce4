"""What is wrong with the processes of a machine: what was left behind, by whom, at what cost."""
