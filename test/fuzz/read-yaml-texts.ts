import {FAILSAFE_SCHEMA, loadAll} from 'js-yaml'

/**
 * The first document of a YAML text with all values as text, as another library reads it than the program's own.
 *
 * @param isLastTaken - of equal keys; else they are refused
 * @returns undefined for a text that it refuses, or of which the two versions of YAML have different ideas: tags, and
 *   merge keys
 */
export const readYamlTexts = (text: string, isLastTaken = true): unknown => {
  if (/[!%]|<<|\?/.test(text)) return undefined
  try {
    return withoutNull(loadAll(text, {schema: FAILSAFE_SCHEMA, json: isLastTaken} as object)[0] ?? null)
  } catch {
    return undefined
  }
}

const withoutNull = (value: unknown): unknown => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(withoutNull)
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNull(inner)]))
}
