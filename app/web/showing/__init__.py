"""An event as pages show it: every word prepared here, so that templates only place them. No queries."""
