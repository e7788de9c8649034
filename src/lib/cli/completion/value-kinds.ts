import {ALL_COMMAND_OPTIONS} from '../../options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions, type TextDefinition} from '../../options/definitions.ts'

const ALL_SETS: readonly OptionDefinitions[] = [GLOBAL_OPTIONS, ...Object.values(ALL_COMMAND_OPTIONS)]

/** The first of our options that takes a text and has this name. */
const textOption = (name: string): TextDefinition | undefined =>
  ALL_SETS.flatMap((set) => (Object.hasOwn(set, name) ? (set[name] ?? []) : [])).find(({kind}) => kind === 'text') as
    | TextDefinition
    | undefined

/** Whether files are the values of an option: those of the shell then do. */
export const takesPath = (name: string): boolean => {
  const definition = textOption(name)
  return definition?.isPath !== undefined || definition?.placeholder === 'path'
}

/** Whether an option takes a region. */
export const takesRegion = (name: string): boolean => textOption(name)?.placeholder === 'region'

/** The options whose values only the program knows: any text, but no path. */
export const completedOptions = (): readonly string[] => [
  ...new Set(
    ALL_SETS.flatMap((set) => Object.entries(set))
      .filter(([name, definition]) => definition.kind === 'text' && isAsked(definition) && !takesPath(name))
      .map(([name]) => name),
  ),
]

const isAsked = ({values, isOpen}: TextDefinition): boolean => values === undefined || isOpen === true
