"""What things are called: owners as `Class.field`, ways, functions and where they stand."""
