/** Drops the part below whole seconds, which neither signatures nor client-go carry. */
export const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000)

/** `YYYY-MM-DDTHH:MM:SSZ`: UTC, whole seconds, rounded down. */
export const formatTimestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`
