"""An earlier report, `--baseline`: what is larger than in it."""
