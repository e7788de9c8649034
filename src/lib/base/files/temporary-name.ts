/**
 * The temporary name, next to `path`, of something that is renamed to `path` when it is complete.
 *
 * @param nonce - 32 hex digits that nobody else uses
 */
export const temporaryPath = (path: string, nonce: string): string => `${path}.${nonce}.tmp`

const TEMPORARY = /^(?:(.*)\.)?[0-9a-f]{32}\.tmp$/s

/**
 * What something with a temporary name is to become.
 *
 * @returns the name that {@link temporaryPath} was given, or nothing if it is a nonce alone; undefined for other names
 */
export const finalName = (name: string): string | undefined => {
  const found = TEMPORARY.exec(name)
  return found ? (found[1] ?? '') : undefined
}
