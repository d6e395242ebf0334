"""What firms ask for together, shown to providers: never whose it is."""
