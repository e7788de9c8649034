/** The variable that holds a prefix: every environment variable with it becomes a signed query key of the token. */
export const EXTRA_KEY_PREFIX = 'ACK_RAM_TOOL_TOKEN_EXTRA_KEY_PREFIX'
