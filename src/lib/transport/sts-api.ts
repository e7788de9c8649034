/** The version of the STS API. */
export const STS_VERSION = '2015-04-01'

/** How far the date of a request may be from STS's clock, in milliseconds. */
export const STS_WINDOW_MS = 15 * 60_000

/** The action whose signed request is a token. */
export const GET_CALLER_IDENTITY = 'GetCallerIdentity'
