import {Config} from '@oclif/core'

import {AckHelp} from '../../src/lib/cli/help/ack-help.ts'
import {FIRST_STEPS} from '../../src/lib/cli/help/first-steps.ts'
import {globalGroups, type Example, type FlagGroup, type HelpPage} from '../../src/lib/cli/help/help-page.ts'
import {bold, italic, roff} from './roff.ts'

/**
 * The man pages of the program and its commands.
 *
 * @param root - of the package, whose manifest has to be up to date
 * @returns their texts, by file name
 */
export const manPages = async (root: string): Promise<ReadonlyMap<string, string>> => {
  const config = await Config.load({root, userPlugins: false, devPlugins: false})
  const help = new AckHelp(config)
  const pages = (config.plugins.get(config.name)?.commands ?? [])
    .filter(({hidden}) => !hidden)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map((command) => ({id: command.id, aliases: command.aliases, page: help.page(command)}))
  const files = new Map<string, string>([
    [
      'ack-ram-tool.1',
      mainPage(
        config,
        pages.map(({id, page}) => [nameOf(id), page]),
      ),
    ],
  ])
  for (const {id, aliases, page} of pages) {
    files.set(`${nameOf(id)}.1`, commandPage(nameOf(id), page, config.version))
    for (const alias of aliases) files.set(`${nameOf(alias)}.1`, `.so man1/${nameOf(id)}.1\n`)
  }
  return files
}

const nameOf = (id: string): string => `ack-ram-tool-${id.replaceAll(':', '-')}`

const commandPage = (name: string, page: HelpPage, version: string): string =>
  lines(
    ...title(name, page.summary, version),
    ...synopsis(page.usage),
    ...paragraphs(page.aliases.length === 0 ? '' : `Other names: ${page.aliases.join(', ')}.`),
    '.SH DESCRIPTION',
    ...paragraphs(page.description),
    ...(page.args.length === 0
      ? []
      : ['.SH ARGUMENTS', ...page.args.flatMap(([arg, text]) => ['.TP', italic(arg), roff(text)])]),
    '.SH OPTIONS',
    ...ownGroups(page).flatMap(group),
    '.PP',
    roff('The global options are in the page of ack-ram-tool.'),
    ...examples(page.examples),
    '.SH SEE ALSO',
    '.BR ack\\-ram\\-tool (1)',
  )

const mainPage = (config: Config, pages: readonly (readonly [name: string, page: HelpPage])[]): string => {
  const description = String(config.pjson['description'] ?? '')
  return lines(
    ...title('ack-ram-tool', description, config.version),
    ...synopsis('ack-ram-tool <command> [flags]'),
    '.SH COMMANDS',
    ...pages.flatMap(([name, {command, summary}]) => [
      '.TP',
      bold(command),
      `${roff(summary)}; see`,
      `.BR ${roff(name)} (1).`,
    ]),
    '.SH GLOBAL OPTIONS',
    ...globalGroups().flatMap(group),
    ...examples(FIRST_STEPS[''] ?? []),
    '.SH SEE ALSO',
    '.BR kubectl (1)',
  )
}

const lines = (...all: readonly string[]): string => `${all.filter(Boolean).join('\n')}\n`

const title = (name: string, summary: string, version: string): readonly string[] => [
  // The whole name would meet itself in the middle of the line.
  `.TH ACK\\-RAM\\-TOOL 1 "" "ack\\-ram\\-tool ${roff(version)}" "User Commands"`,
  // No hyphen in a name that is to be copied.
  '.nh',
  '.ad l',
  '.SH NAME',
  `${roff(name)} \\- ${roff(summary)}`,
]

const synopsis = (usage: string): readonly string[] => ['.SH SYNOPSIS', '.nf', roff(usage), '.fi']

const paragraphs = (text: string): readonly string[] =>
  text
    .split(/\n\s*\n/)
    .flatMap((paragraph) => (paragraph === '' ? [] : ['.PP', roff(paragraph.replaceAll(/\s+/g, ' '))]))

const ownGroups = ({groups}: HelpPage): readonly FlagGroup[] =>
  groups
    .map(({title: name, flags}) => ({title: name, flags: flags.filter(({isGlobal}) => !isGlobal)}))
    .filter(({flags}) => flags.length > 0)

const group = ({title: name, flags}: FlagGroup): readonly string[] => [
  `.SS ${roff(name)}`,
  ...flags.flatMap(({label, text, env}) => [
    '.TP',
    label
      .trim()
      .replaceAll(/(?<flag>--?[a-z][a-z-]*)|(?<value><[^>]*>(?:\.\.\.)?)/gi, (word) =>
        word.startsWith('-') ? bold(word) : italic(word),
      ),
    roff(text),
    ...(env.length === 0 ? [] : ['.br', `${env.length === 1 ? 'Variable' : 'Variables'}: ${roff(env.join(', '))}`]),
  ]),
]

const examples = (all: readonly Example[]): readonly string[] =>
  all.length === 0
    ? []
    : [
        '.SH EXAMPLES',
        ...all.flatMap(({description, command}) => [
          '.PP',
          roff(description),
          '.PP',
          '.RS',
          '.nf',
          roff(command),
          '.fi',
          '.RE',
        ]),
      ]
