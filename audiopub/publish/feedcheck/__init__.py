"""What podcast apps make of a feed: rules by subject, each with its source and what each app is known to do where it is broken."""
