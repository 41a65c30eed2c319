"""What the scripts that measure share. `scripts/bench` runs them all."""
