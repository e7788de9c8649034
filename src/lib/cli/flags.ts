import {Flags} from '@oclif/core'
import type {BooleanFlag, OptionFlag} from '@oclif/core/interfaces'

import type {BooleanDefinition, OptionDefinition, OptionDefinitions, TextDefinition} from '../options/definitions.ts'

type FlagOf<D extends OptionDefinition> = D extends {kind: 'boolean'}
  ? BooleanFlag<boolean>
  : OptionFlag<string | undefined>
export type FlagsOf<D extends OptionDefinitions> = {[K in keyof D]: FlagOf<D[K]>}

/**
 * oclif flags for options. They have neither a default nor an environment variable, only the help shows them: both are
 * read later by read-option.ts, since oclif's rule for booleans differs from Go's.
 *
 * @param helpGroup - the heading in oclif's own help, which third-party commands have; none for a command's own flags
 */
export const oclifFlags = <D extends OptionDefinitions>(definitions: D, helpGroup?: string): FlagsOf<D> =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      definition.kind === 'boolean' ? booleanFlag(definition, helpGroup) : textFlag(definition, helpGroup),
    ]),
  ) as FlagsOf<D>

const booleanFlag = (definition: BooleanDefinition, helpGroup: string | undefined): BooleanFlag<boolean> =>
  Flags.boolean(common(definition, helpGroup))

const textFlag = (
  definition: TextDefinition,
  helpGroup: string | undefined,
): OptionFlag<string | undefined> | OptionFlag<string[] | undefined> => {
  const properties = {
    ...common(definition, helpGroup),
    ...(definition.values && !definition.isOpen
      ? {options: [...definition.values]}
      : {helpValue: `<${definition.placeholder ?? definition.values?.join('|') ?? 'text'}>`}),
    // Shown in help only: a flag that the user did not type must stay absent.
    ...(definition.default === undefined ? {} : {defaultHelp: () => Promise.resolve(definition.default)}),
  }
  return definition.isList
    ? Flags.string({...properties, multiple: true, multipleNonGreedy: true})
    : Flags.string(properties)
}

const common = ({char, env, description}: OptionDefinition, helpGroup: string | undefined): CommonProps => ({
  summary: env[0] ? `${description} (env: ${env[0]})` : description,
  ...(char ? {char: char as 'c'} : {}),
  ...(helpGroup ? {helpGroup} : {}),
})

interface CommonProps {
  readonly summary: string
  readonly char?: 'c'
  readonly helpGroup?: string
}
