"""Trains what a YAML configuration asks for, on TRL, PEFT, Transformers and Accelerate."""
