/** Part of every secret in tests, and of all that the local cloud hands out. */
export const CANARY = 'SECRET'

/** A text without the names of variables that hold the word themselves. */
export const withoutNames = (text: string): string => text.replaceAll(/\b[A-Z_]+_SECRET\b/g, '')
