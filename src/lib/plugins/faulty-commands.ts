import type {Plugin} from '@oclif/core'

import {printable} from '../base/printable.ts'
import {scrub} from '../base/secret.ts'
import {withoutWarnings} from './without-warnings.ts'

/**
 * Loads a plugin, without oclif's nine lines for each command that cannot be loaded.
 *
 * @returns one line that names the plugin and those commands, which are skipped; undefined if there are none
 * @throws what oclif throws for a plugin without a package.json that can be used, and the like
 */
export const loadTellingFault = async (plugin: Plugin): Promise<string | undefined> => {
  const faults: CommandFault[] = []
  // oclif's own would emit a warning of the process.
  Object.assign(plugin, {warn: (error: unknown, scope: string) => faults.push({error, scope})})
  await plugin.load()
  const [first] = faults
  if (first === undefined) return undefined
  const ids = faults.map(({scope}) => /^findCommand \((.*)\)$/.exec(scope)?.[1]?.replaceAll(':', ' ') ?? scope)
  const which = ids.length === 1 ? `command ${ids.join()}` : `commands ${ids.toSorted().join(', ')}`
  return printable(`plugin ${plugin.name}: ${which} skipped: ${reasonOf(first.error)}`)
}

interface CommandFault {
  readonly error: unknown
  /** What oclif was about to do, such as `findCommand (hello)`. */
  readonly scope: string
}

/** The message without oclif's code before it, which says nothing more. */
const reasonOf = (error: unknown): string =>
  scrub(error instanceof Error ? error.message : String(error)).replace(/^\[\w+\] /, '')

/** The start of the detail of a warning that oclif emits while it loads a plugin. */
const OCLIF_DETAIL = 'module: @oclif/core'

/** Runs code of oclif that loads plugins by itself, without the warnings that it emits then. */
export const withoutLoadWarnings = <T>(run: () => Promise<T>): Promise<T> =>
  withoutWarnings((warning) => warning instanceof Error && detailOf(warning).startsWith(OCLIF_DETAIL), run)

const detailOf = (error: Error): string => String((error as {detail?: unknown}).detail)
