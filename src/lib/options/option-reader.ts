import {AckError} from '../base/errors.ts'
import type {TextDefinition, BooleanDefinition, OptionDefinitions} from './definitions.ts'
import {parseWait} from './duration.ts'
import {missingClusterId, possibleClusterId} from './exec-options.ts'
import {RRSA_ASSOCIATE_OPTIONS} from './rrsa-definitions.ts'
import {readBoolean, readText, type OptionInputs, type OptionValue} from './read-option.ts'

/** Reads the options of one command, each by its name. */
export interface OptionReader<D extends OptionDefinitions> {
  readonly flag: (name: Names<D, BooleanDefinition>) => boolean
  readonly text: (name: Names<D, TextDefinition>) => OptionValue | undefined
  /** An empty text counts as missing. Throws AckError `InvalidUsage`. */
  readonly needed: (name: Names<D, TextDefinition>) => string
  /** The same, as it was given, and where. */
  readonly neededValue: (name: Names<D, TextDefinition>) => OptionValue
  /** The values of a flag that may be repeated, each once. */
  readonly list: (name: Names<D, TextDefinition>) => readonly string[]
  /** A time to wait, in milliseconds. Throws AckError `InvalidOption`. */
  readonly duration: (name: Names<D, TextDefinition>) => number
}

type Names<D, K> = {[N in keyof D]: D[N] extends K ? N : never}[keyof D] & string

/**
 * Reads the options of a command by their names.
 *
 * @param definitions - of the command's own options
 * @returns a reader whose methods throw AckError `InvalidUsage` for what is missing, `InvalidOption` for what is wrong
 */
export const optionReader = <D extends OptionDefinitions>(definitions: D, inputs: OptionInputs): OptionReader<D> => {
  const text = (name: string): OptionValue | undefined => readText(name, definitions[name] as TextDefinition, inputs)
  const neededValue = (name: string): OptionValue => {
    const given = text(name)
    if (given?.value.trim()) return given
    throw new AckError('InvalidUsage', `--${name} is missing`, `pass --${name} <value>`)
  }
  return {
    flag: (name) => readBoolean(name, definitions[name] as BooleanDefinition, inputs),
    text,
    needed: (name) => neededValue(name).value.trim(),
    neededValue,
    list: (name) => listOf(text(name)?.value),
    duration: (name) => {
      const given = text(name)
      return given ? parseWait(given) : 0
    },
  }
}

/**
 * The IDs of clusters, where several may be given.
 *
 * @throws AckError `ClusterIdMissing`, `InvalidOption`
 */
export const requireClusterIds = (inputs: OptionInputs): readonly string[] => {
  const given = readText('cluster-id', RRSA_ASSOCIATE_OPTIONS['cluster-id'], inputs)
  const ids = listOf(given?.value)
  if (given === undefined || ids.length === 0) throw missingClusterId()
  return ids.map((id) => possibleClusterId({...given, value: id}))
}

const listOf = (value: string | undefined): readonly string[] => [
  ...new Set(
    (value ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
]
