"""What readers are made of: text to values, values to fields, fields to samples."""
