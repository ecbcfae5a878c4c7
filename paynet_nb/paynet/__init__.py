"""What PayNet publishes, each with its source: environments, endpoints, codes."""
