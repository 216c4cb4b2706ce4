"""The inspector of a running Node or Bun: memory figures and heap snapshots of a program that runs."""
