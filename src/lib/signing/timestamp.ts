/** Rounds down to whole seconds: neither signatures nor client-go use fractions. */
export const wholeSeconds = (date: Date): Date => new Date(date.getTime() - (date.getTime() % 1000))

/** `YYYY-MM-DDTHH:MM:SSZ`: UTC, whole seconds, rounded down. (A process's first `toISOString` is slow.) */
export const formatTimestamp = (date: Date): string => {
  const year = String(date.getUTCFullYear()).padStart(4, '0')
  const day = `${year}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`
  const time = `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())}`
  return `${day}T${time}Z`
}

const twoDigits = (part: number): string => (part < 10 ? `0${part}` : `${part}`)
