/**
 * Writes the tables of docs/options.md: every option, made from the definitions of the options. With `--check` it writes nothing and fails when the document is stale.
 */
import {readFile, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {ALL_COMMAND_OPTIONS} from '../src/lib/options/all-commands.ts'
import {
  GLOBAL_OPTIONS,
  ROLE_OPTIONS,
  type OptionDefinition,
  type OptionDefinitions,
} from '../src/lib/options/definitions.ts'
import {HELP_GROUPS} from '../src/lib/options/help-groups.ts'

const root = new URL('..', import.meta.url)
const path = fileURLToPath(new URL('docs/options.md', root))
const BEGIN = '<!-- options: made by scripts/document-options.ts -->'
const END = '<!-- options: end -->'

type Entry = readonly [name: string, definition: OptionDefinition]

/** A command as it is typed, by its shortest words, with the options that it adds to the global ones. */
const commands = new Map(
  Object.entries(ALL_COMMAND_OPTIONS).map(
    ([words, options]) => [words.replace(/^credential-plugin /, ''), options] as const,
  ),
)

const sections = (): string => {
  // Options of one name may differ from command to command.
  const groups = new Map<string, Map<string, Entry>>()
  for (const entry of ownEntries((words) => !isRrsa(words))) {
    const takers = takersOf(entry, (words) => !isRrsa(words))
    const group = groups.get(takers) ?? new Map<string, Entry>()
    groups.set(takers, group.set(entry[0], entry))
  }
  const widestFirst = [...groups].toSorted(([one], [other]) => other.split(', ').length - one.split(', ').length)
  return [
    section('Global options', 'Of every command that uses credentials.', Object.entries(GLOBAL_OPTIONS)),
    section('Role options', `Of ${roleTakers()}.`, Object.entries(ROLE_OPTIONS)),
    ...widestFirst.map(([takers, entries]) => section(`Options of ${takers}`, '', [...entries.values()])),
    `## Options of rrsa\n\n${rrsaTable()}`,
    `## Options in kubeconfigs\n\n${inKubeconfigs(Object.entries({...GLOBAL_OPTIONS, ...ROLE_OPTIONS}))}`,
  ].join('\n\n')
}

const isRrsa = (words: string): boolean => words.startsWith('rrsa ')

/** The options of some commands that are neither global nor about roles. */
const ownEntries = (isAsked: (words: string) => boolean): readonly Entry[] =>
  [...commands]
    .filter(([words]) => isAsked(words))
    .flatMap(([, options]) => Object.entries<OptionDefinition>(options))
    .filter((entry) => !isRoleOption(entry))

const roleTakers = (): string => {
  const takers = Object.entries(ROLE_OPTIONS).map((entry) => takersOf(entry, (words) => !isRrsa(words)))
  return `${takers[0] ?? ''}, and rrsa`
}

/** Most of them are options of several commands: a table of its own says of which. */
const rrsaTable = (): string => {
  const entries = new Map(ownEntries(isRrsa).map((entry) => [JSON.stringify(entry), entry]))
  const rows = [...entries.values()].toSorted(byGroup)
  return alignedTable(
    [...HEAD, 'Of'],
    rows.map((entry) => row(entry).concat(takersOf(entry, isRrsa).replaceAll('rrsa ', ''))),
  )
}

const isRoleOption = ([name, definition]: Entry): boolean => (ROLE_OPTIONS as OptionDefinitions)[name] === definition

const takersOf = ([name, definition]: Entry, isAsked: (words: string) => boolean): string =>
  [...commands]
    .filter(([words]) => isAsked(words))
    .filter(([, options]) => isSame((options as OptionDefinitions)[name], definition))
    .map(([words]) => words)
    .toSorted()
    .join(', ')

const isSame = (one: OptionDefinition | undefined, other: OptionDefinition): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const section = (title: string, lead: string, entries: readonly Entry[]): string =>
  [`## ${title}`, lead, table(entries.toSorted(byGroup))].filter(Boolean).join('\n\n')

/** As in help: by group, and there by name. */
const byGroup = ([one, {helpGroup: first}]: Entry, [other, {helpGroup: second}]: Entry): number =>
  HELP_GROUPS.indexOf(first) - HELP_GROUPS.indexOf(second) || (one < other ? -1 : 1)

const HEAD = ['Group', 'Flag', 'Variables', 'Default', 'Values', 'Meaning']

const table = (entries: readonly Entry[]): string => alignedTable(HEAD, entries.map(row))

const alignedTable = (titles: readonly string[], cells: readonly (readonly string[])[]): string => {
  const rows = [titles, ...cells]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
  const line = (cells: readonly string[], filler = ' '): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [
    line(head),
    line(
      widths.map(() => ''),
      '-',
    ),
    ...body.map((cells) => line(cells)),
  ].join('\n')
}

const row = ([name, definition]: Entry): readonly string[] => {
  const {char, env, description, helpGroup} = definition
  const standard = definition.kind === 'text' ? definition.default : undefined
  return [
    helpGroup,
    codes([...(char === undefined ? [] : [`-${char}`]), `--${name}`]),
    codes(env),
    standard === undefined ? '' : code(standard),
    valuesOf(definition),
    inMarkdown(description),
  ]
}

const valuesOf = (definition: OptionDefinition): string => {
  if (definition.kind === 'boolean') return 'on or off'
  const values = definition.values ? codes(definition.values) : code(`<${definition.placeholder ?? 'text'}>`)
  return [
    values,
    definition.isOpen ? 'or one of a plugin' : '',
    definition.synonyms ? `or ${codes(Object.keys(definition.synonyms))}` : '',
    definition.ignoreCase ? 'in any case' : '',
    definition.isList ? (definition.env.length > 0 ? 'repeatable; with commas in the variable' : 'repeatable') : '',
  ]
    .filter(Boolean)
    .join(', ')
}

const inKubeconfigs = (entries: readonly Entry[]): string => {
  const named = (when: OptionDefinition['inExecEntry']): string =>
    codes(entries.filter(([, {inExecEntry}]) => inExecEntry === when).map(([name]) => `--${name}`))
  return [
    'These options decide whose credentials are used. get-kubeconfig and update-kubeconfig write their values into the exec',
    'entry, from flags and variables alike, and the profile that was used. With `--pin-identity` it has',
    '`--expected-identity` too.',
    '',
    `- Always: ${named('always')}`,
    `- With \`--mode certificate\` only: ${named('certificate')}`,
  ].join('\n')
}

/** In a table. */
const code = (text: string): string => `\`${text.replaceAll('|', String.raw`\|`)}\``
const codes = (texts: readonly string[]): string => texts.map(code).join(', ')

/** A help text, with what is to be typed marked as code. */
const inMarkdown = (text: string): string =>
  text.replaceAll(/<\w+>(?:-<\w+>)*|--[a-z][a-z-]*|~\/[\w./-]*\w/g, code).replaceAll('|', String.raw`\|`)

const before = await readFile(path, 'utf8')
const [head, rest] = before.split(BEGIN)
const tail = rest?.split(END)[1]
if (head === undefined || tail === undefined) throw new Error(`${path} lacks the lines ${BEGIN} and ${END}`)
const after = `${head}${BEGIN}\n\n${sections()}\n\n${END}${tail}`

if (!process.argv.includes('--check')) {
  await writeFile(path, after)
} else if (before !== after) {
  console.error('docs/options.md is stale: run `npm run build` and commit it')
  process.exitCode = 1
}
