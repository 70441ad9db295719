"""Reverse-mode automatic differentiation: tensors, ops, and the walk back through them."""
