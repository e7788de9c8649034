import {printable} from '../base/printable.ts'
import type {ConfigFileState, ConfigInForce, OptionInForce} from '../use-cases/list-config.ts'
import {textTable} from './text-table.ts'

/** The options in force, as a table; below them the variables with credentials, by name alone. */
export const formatConfig = ({options, credentialVariables}: ConfigInForce): string =>
  textTable([
    ['OPTION', 'VALUE', 'FROM'],
    ...options.map((option) => [option.name, String(option.value ?? ''), originOf(option)]),
    ...credentialVariables.map((name) => [name, 'set, not shown', 'environment']),
  ])

const originOf = ({source, from}: OptionInForce): string => {
  if (from === null) return 'built-in default'
  return source === 'environment' ? `environment variable ${from}` : from
}

/** The files of defaults, the strongest first. */
export const formatConfigFiles = (files: readonly ConfigFileState[]): string =>
  files.length === 0
    ? 'No file is read\n'
    : files
        .map(
          ({path, state, reason}) =>
            `${printable(path)}  ${reason === null ? state : `${state}: ${printable(reason)}`}\n`,
        )
        .join('')
