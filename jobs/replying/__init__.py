"""The mailbox that answers to invitations come to: an IMAP folder or a Maildir."""
