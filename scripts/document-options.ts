/**
 * Writes the tables of docs/options.md: every option, made from the definitions of the options and, for which commands
 * take it, from oclif.manifest.json. With `--check` it writes nothing and fails when the document is stale.
 */
import {readFile, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {COMMAND_OPTIONS} from '../src/lib/options/command-definitions.ts'
import {
  GLOBAL_OPTIONS,
  ROLE_OPTIONS,
  type OptionDefinition,
  type OptionDefinitions,
} from '../src/lib/options/definitions.ts'

const root = new URL('..', import.meta.url)
const path = fileURLToPath(new URL('docs/options.md', root))
const BEGIN = '<!-- options: made by scripts/document-options.ts -->'
const END = '<!-- options: end -->'

type Entry = readonly [name: string, definition: OptionDefinition]

interface Manifest {
  readonly commands: Readonly<Record<string, {readonly flags: Readonly<Record<string, unknown>>}>>
}

const {commands} = JSON.parse(await readFile(new URL('oclif.manifest.json', root), 'utf8')) as Manifest
/** The commands that use credentials. Those that manage plugins have flags of their own, made by oclif. */
const ours = Object.entries(commands)
  .filter(([, {flags}]) => Object.keys(GLOBAL_OPTIONS).every((name) => name in flags))
  .map(([id, {flags}]) => ({name: id.replace('credential-plugin:', '').replaceAll(':', ' '), flags}))

const sections = (): string => {
  const own: readonly Entry[] = Object.entries(
    Object.assign({}, ...Object.values(COMMAND_OPTIONS)) as OptionDefinitions,
  )
  const groups = new Map<string, Entry[]>()
  for (const entry of own.filter(([name]) => !(name in ROLE_OPTIONS))) {
    const takers = takersOf(entry[0])
    groups.set(takers, [...(groups.get(takers) ?? []), entry])
  }
  const widestFirst = [...groups].toSorted(([one], [other]) => other.split(', ').length - one.split(', ').length)
  return [
    section('Global options', 'Of every command that uses credentials.', Object.entries(GLOBAL_OPTIONS)),
    section('Role options', `Of ${takersOf('role-arn')}.`, Object.entries(ROLE_OPTIONS)),
    ...widestFirst.map(([takers, entries]) => section(`Options of ${takers}`, '', entries)),
    `## Options in kubeconfigs\n\n${inKubeconfigs(Object.entries({...GLOBAL_OPTIONS, ...ROLE_OPTIONS}))}`,
  ].join('\n\n')
}

const takersOf = (name: string): string =>
  ours
    .filter(({flags}) => name in flags)
    .map((command) => command.name)
    .join(', ')

const section = (title: string, lead: string, entries: readonly Entry[]): string =>
  [`## ${title}`, lead, table(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)))]
    .filter(Boolean)
    .join('\n\n')

const table = (entries: readonly Entry[]): string => {
  const rows = [['Flag', 'Variables', 'Default', 'Values', 'Meaning'], ...entries.map(row)]
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
  const {char, env, description} = definition
  const standard = definition.kind === 'text' ? definition.default : undefined
  return [
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
    definition.isList ? 'repeatable; with commas in the variable' : '',
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

const code = (text: string): string => `\`${text}\``
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
