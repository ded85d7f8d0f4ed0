"""What may be said about ranked entries: what they lack, how sure it is, and the verdict."""
