/**
 * The lifetime that a token claims, in milliseconds. STS accepts its date for 15 minutes; the rest is a margin for clock
 * skew and requests under way. Cached credentials must remain valid for as long.
 */
export const TOKEN_LIFETIME_MS = 10 * 60 * 1000
