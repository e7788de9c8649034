/** The version of the STS API. */
export const STS_VERSION = '2015-04-01'

/** The action whose signed request is a token. */
export const GET_CALLER_IDENTITY = 'GetCallerIdentity'
