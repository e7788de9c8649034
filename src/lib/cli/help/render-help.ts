import type {Example, FlagGroup, HelpFlag, HelpPage} from './help-page.ts'
import {breakCommand, inColumns, textColumn, wrap, type Row} from './layout.ts'

/** How a help text is shown. */
export interface HelpStyle {
  /** The number of characters in a line. */
  readonly width: number
  readonly heading: (text: string) => string
}

/** What may be shown of a command besides its page. */
export interface Beside {
  /** Whether rare flags and the variables of all flags are shown too. */
  readonly all: boolean
  /** The commands below it. */
  readonly commands: readonly Row[]
}

/** The help of a command: what it does, usage, examples, and its flags in groups. */
export const renderCommand = (page: HelpPage, {all, commands}: Beside, style: HelpStyle): string => {
  const shown = page.groups
    .map(({title, flags}) => ({title, flags: flags.filter(({isRare}) => all || !isRare)}))
    .filter(({flags}) => flags.length > 0)
  return joined([
    wrap(page.summary, style.width),
    ...paragraphs(page.description, style.width),
    section('Usage', wrapUsage(page.usage, style.width), style),
    exampleSection('Examples', page.examples, style),
    rowSection('Arguments', page.args, style),
    ...flagSections(shown, all, style),
    rowSection('Commands', commands, style),
    all ? aliasSection(page.aliases, style) : [],
    pointer(page, all, style),
  ])
}

/** What the help of a topic says, or that of the program. */
export interface TopicPage {
  readonly command: string
  readonly description: string
  readonly firstSteps: readonly Example[]
}

/** The help of a topic: what to do first, and the commands below it. */
export const renderTopic = (
  {command, description, firstSteps}: TopicPage,
  lists: readonly (readonly [title: string, rows: readonly Row[]])[],
  style: HelpStyle,
): string =>
  joined([
    ...paragraphs(description, style.width),
    section('Usage', wrapUsage(`${command} <command> [flags]`, style.width), style),
    exampleSection('First steps', firstSteps, style),
    ...lists.map(([title, rows]) => rowSection(title, rows, style)),
    wrap(
      `\`${command} <command> --help\` shows the examples and the flags of a command, \`--help-all\` all flags.`,
      style.width,
    ),
  ])

const joined = (sections: readonly (readonly string[])[]): string =>
  sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')

const paragraphs = (text: string, width: number): readonly (readonly string[])[] =>
  text.split(/\n\s*\n/).map((paragraph) => wrap(paragraph, width))

/** One line, but where the terminal is too narrow for it. */
const wrapUsage = (usage: string, width: number): readonly string[] => {
  if (usage.length + 2 <= width) return [`  ${usage}`]
  const [first = '', ...others] = wrap(usage, width - 2, 2)
  return [first, ...others.map((line) => `  ${line}`)]
}

const section = (title: string, lines: readonly string[], {heading}: HelpStyle): readonly string[] =>
  lines.length === 0 ? [] : [heading(title.toUpperCase()), ...lines]

const rowSection = (title: string, rows: readonly Row[], style: HelpStyle): readonly string[] =>
  section(title, inColumns(rows, style.width, textColumn(rows, style.width)), style)

const exampleSection = (title: string, examples: readonly Example[], style: HelpStyle): readonly string[] =>
  section(
    title,
    examples.flatMap(({description, command}) => [
      ...(description === '' ? [] : wrap(description, style.width, 4).map((line) => `  # ${line.trimStart()}`)),
      ...breakCommand(command, style.width),
    ]),
    style,
  )

const flagSections = (groups: readonly FlagGroup[], all: boolean, style: HelpStyle): readonly (readonly string[])[] => {
  const rowsOf = ({flags}: FlagGroup): readonly Row[] => flags.map((flag) => [flag.label, textOf(flag, all)])
  const column = textColumn(groups.flatMap(rowsOf), style.width)
  return groups.map((group) => section(group.title, inColumns(rowsOf(group), style.width, column), style))
}

const textOf = ({text, env: [variable]}: HelpFlag, all: boolean): string =>
  all && variable !== undefined ? `${text} (env: ${variable})` : text

const aliasSection = (aliases: readonly string[], style: HelpStyle): readonly string[] => {
  const lines = aliases.flatMap((alias) => wrap(alias, style.width, 2))
  return section('Aliases', lines, style)
}

/** Says where the rare flags are. */
const pointer = ({groups}: HelpPage, all: boolean, {width}: HelpStyle): readonly string[] => {
  const count = groups.flatMap(({flags}) => flags).filter(({isRare}) => isRare).length
  if (all || count === 0) return []
  return wrap(`\`--help-all\` shows ${count} more flags, and the variables of all.`, width)
}
