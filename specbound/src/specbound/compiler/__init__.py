"""The compiler: what is made of the contract at build time. Nothing in here runs in Lambda."""
