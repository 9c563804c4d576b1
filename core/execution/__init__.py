"""Programs that outlive us: one executor interface, the run folder, the wrapper."""
