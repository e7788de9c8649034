/** The cluster ID in examples: of the usual length, so that what is shown looks like what is typed. */
export const EXAMPLE_ID = 'c0123456789abcdef0123456789abcdef'
