/**
 * How long a token is said to live, in milliseconds. STS takes its date for 15 minutes; the rest is the margin for
 * clocks that differ and requests that are under way. Credentials that are kept must still be good for as long.
 */
export const TOKEN_LIFETIME_MS = 10 * 60 * 1000
