"""What a person sees: text made fit to print, clocks, HTML, what a kernel offers."""
