"""Who may do what: users, roles, teams, API tokens, ownership, and the audit trail."""
