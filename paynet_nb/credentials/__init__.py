"""Who am I: a Client ID and its secret, from code, variables, a prompt, a keyring."""
