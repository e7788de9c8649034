/** Rounds down to whole seconds: neither signatures nor client-go use fractions. */
export const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000)

/** `YYYY-MM-DDTHH:MM:SSZ`: UTC, whole seconds, rounded down. (A process's first `toISOString` is slow.) */
export const formatTimestamp = (date: Date): string => {
  const day = [digits(date.getUTCFullYear(), 4), digits(date.getUTCMonth() + 1), digits(date.getUTCDate())].join('-')
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((part) => digits(part)).join(':')
  return `${day}T${time}Z`
}

const digits = (part: number, count = 2): string => String(part).padStart(count, '0')
