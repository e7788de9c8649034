import {AckError} from '../base/errors.ts'
import {covers, escapedPatternParts} from '../base/wildcards.ts'
import type {Flags} from './read-option.ts'

/** What a filter looks at. */
export interface Filterable {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly state: string
  readonly tags: Readonly<Record<string, string>>
}

/** Whether a cluster is wanted. */
export type ClusterFilter = (cluster: Filterable) => boolean

const FIELDS = ['id', 'name', 'region', 'state'] as const
const TAG = 'tag:'

/**
 * Reads `--filter`: `name=prod-*`, `state=running`, `tag:KEY=VALUE`. Of filters for the same key one has to match, of
 * those for different keys all. In a value `*` stands for any text, `?` for a character, and a backslash takes the
 * meaning of the next character away.
 *
 * @returns undefined without a filter
 * @throws AckError `InvalidOption`
 */
export const readClusterFilter = (flags: Flags): ClusterFilter | undefined => {
  // Not joined by commas, as other lists are: the value of a tag may hold some.
  const given = flags['filter']
  const texts = (Array.isArray(given) ? (given as readonly string[]) : [given]).filter((text) => text)
  if (texts.length === 0) return undefined
  const byKey = new Map<string, ClusterFilter[]>()
  for (const text of texts) {
    const {key, matches} = parseFilter(String(text))
    byKey.set(key, [...(byKey.get(key) ?? []), matches])
  }
  return (cluster) => [...byKey.values()].every((alternatives) => alternatives.some((matches) => matches(cluster)))
}

const parseFilter = (text: string): {readonly key: string; readonly matches: ClusterFilter} => {
  const end = text.indexOf('=')
  const key = end === -1 ? text : text.slice(0, end)
  const value = end === -1 ? undefined : text.slice(end + 1)
  if (key.startsWith(TAG) && key !== TAG) return {key, matches: tagFilter(key.slice(TAG.length), value)}
  const field = FIELDS.find((name) => name === key)
  if (field === undefined) throw unknownKey(text, key)
  if (!value) throw invalid(text, `write ${field}=<value>`)
  const matches = glob(value)
  return {key, matches: (cluster) => matches(cluster[field])}
}

/** Without a value it is enough that the cluster has the tag. */
const tagFilter = (tag: string, value: string | undefined): ClusterFilter => {
  const matches = value === undefined ? () => true : glob(value)
  return ({tags}) => Object.hasOwn(tags, tag) && matches(tags[tag] ?? '')
}

const glob = (pattern: string): ((text: string) => boolean) => {
  const parts = escapedPatternParts(pattern)
  return (text) => covers(parts, Array.from(text))
}

const unknownKey = (text: string, key: string): AckError =>
  invalid(text, `filter by ${FIELDS.map((field) => `${field}=`).join(', ')} or ${TAG}<key>=`, {
    given: [key],
    known: FIELDS,
  })

const invalid = (text: string, nextStep: string, mistyped?: AckError['mistyped']): AckError =>
  new AckError(
    'InvalidOption',
    `invalid value ${JSON.stringify(text)} for --filter`,
    nextStep,
    mistyped ? {mistyped} : undefined,
  )
