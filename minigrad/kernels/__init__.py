"""The arithmetic: ndarrays in, ndarrays out. Nothing here has heard of a Tensor."""
