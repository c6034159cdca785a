//! What must be true of any records the simulator makes, whatever the scenario.
