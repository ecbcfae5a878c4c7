"""What went over the wire: `History`, its store, comparisons, charts and exports."""
