import {AckError} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import type {OptionValue} from './read-option.ts'

/** What a template for names may hold, between braces. */
export const PLACEHOLDERS = ['id', 'name', 'region', 'uid', 'profile'] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** The values of the placeholders for one cluster; undefined where there is none. */
export type NameValues = Readonly<Record<Placeholder, string | undefined>>

/** A name, or a template for the names of several clusters. */
export interface NameTemplate {
  /** As it was typed. */
  readonly text: string
  /** The flag, for messages. */
  readonly from: string
  readonly placeholders: ReadonlySet<Placeholder>
  readonly parts: readonly (string | {readonly placeholder: Placeholder})[]
}

/** A doubled brace is a brace; a single one that is not part of a placeholder is an error. */
const TOKEN = /\{\{|\}\}|\{[^{}]*\}|[{}]/g

/**
 * Reads a name that may hold placeholders such as `{name}`; `{{` and `}}` stand for braces.
 *
 * @throws AckError `InvalidOption` for an unknown placeholder, a brace without its other half, and a name that has
 *   nothing to be seen
 */
export const parseNameTemplate = ({value: text, from}: OptionValue): NameTemplate => {
  const parts: (string | {readonly placeholder: Placeholder})[] = []
  let at = 0
  for (const {0: token, index} of text.matchAll(TOKEN)) {
    parts.push(text.slice(at, index))
    at = index + token.length
    if (token === '{{' || token === '}}') parts.push(token.slice(1))
    else if (token.length === 1) throw unbalanced(token, from, index)
    else parts.push({placeholder: placeholderOf(token.slice(1, -1), from)})
  }
  const all = [...parts, text.slice(at)].filter((part) => part !== '')
  const placeholders = new Set(all.flatMap((part) => (typeof part === 'string' ? [] : [part.placeholder])))
  const template = {text, from, placeholders, parts: all}
  if (placeholders.size === 0) fillTemplate(template, NO_VALUES)
  return template
}

const NO_VALUES: NameValues = {id: '', name: '', region: '', uid: '', profile: ''}

/** Whether all clusters would get the same name. */
export const isFixedName = ({placeholders}: NameTemplate): boolean => placeholders.size === 0

/**
 * The name of a cluster by a template.
 *
 * @throws AckError `InvalidOption` if a value is missing or has control characters or invalid ones, or nothing of the
 *   name can be seen
 */
export const fillTemplate = (template: NameTemplate, values: NameValues): string => {
  const name = template.parts
    .map((part) => (typeof part === 'string' ? part : usableValue(part.placeholder, values, template)))
    .join('')
  checkVisible(name, template)
  return name
}

const placeholderOf = (word: string, from: string): Placeholder => {
  const known = PLACEHOLDERS.find((placeholder) => placeholder === word)
  if (known) return known
  throw new AckError(
    'InvalidOption',
    `unknown placeholder ${JSON.stringify(`{${word}}`)} in ${from}`,
    `use ${PLACEHOLDERS.map((name) => `{${name}}`).join(', ')}; write {{ and }} for braces`,
    {mistyped: {given: [word], known: PLACEHOLDERS}},
  )
}

const unbalanced = (brace: string, from: string, index: number): AckError =>
  new AckError(
    'InvalidOption',
    `unbalanced ${brace} in ${from}, at character ${index + 1}`,
    'close the placeholder, such as {name}, or write {{ and }} for braces',
  )

const usableValue = (placeholder: Placeholder, values: NameValues, {from, text}: NameTemplate): string => {
  const value = values[placeholder]
  if (value === undefined)
    throw new AckError(
      'InvalidOption',
      `${from} ${JSON.stringify(text)} needs a profile, and the credentials are not those of one`,
      'leave {profile} out, or choose a profile with --profile-name',
    )
  // Other people choose the names of clusters, and JSON can hold half of a character.
  if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(value)) return value
  const isProfile = placeholder === 'profile'
  throw new AckError(
    'InvalidOption',
    `${from} ${JSON.stringify(text)}: {${placeholder}}${isProfile ? '' : ` of cluster ${values.id ?? ''}`} has control characters or invalid ones`,
    isProfile
      ? 'leave {profile} out, or rename the profile in the credential file'
      : 'use {id} in its place, or rename the cluster',
  )
}

const checkVisible = (name: string, {from, text}: Pick<NameTemplate, 'from' | 'text'>): void => {
  if (printable(name).trim() !== '') return
  throw new AckError(
    'InvalidOption',
    `${from} ${JSON.stringify(printable(text))} gives an empty name`,
    'use a name with letters or digits, or a template such as {name}-{id}',
  )
}
