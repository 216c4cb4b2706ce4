"""Numbers to findings. One file a rule, in a folder per family; a rule never imports a rule."""
