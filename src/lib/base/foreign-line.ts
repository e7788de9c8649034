import {printable} from './printable.ts'
import {scrub} from './secret.ts'

/** Longer texts of services are cut. In characters. */
const MAX_SERVICE_TEXT = 300

/** A text of a service in a message of ours, as {@link foreignLine} gives it, and not too long. */
export const serviceText = (text: string): string => foreignLine(text, MAX_SERVICE_TEXT)

/**
 * A text of a service or a plugin as it stands in a message of ours: on one line, so that it looks like no other message,
 * and without known secrets.
 *
 * @param maxCharacters - a longer one is cut, with an ellipsis
 */
export const foreignLine = (text: string, maxCharacters = Number.POSITIVE_INFINITY): string => {
  const line = printable(scrub(text)).trim()
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters)}…` : line
}
