"""How the model does: realised on labels, estimated without, and whether that can be believed."""
