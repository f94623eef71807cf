"""Bodies drawn from shapes, as radiographs, slices and ultrasound; nothing in them is copied from a patient."""
