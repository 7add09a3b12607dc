"""The signed webhook of Standard Webhooks: a target that anyone can receive."""
