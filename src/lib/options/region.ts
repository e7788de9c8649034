import {AckError} from '../base/errors.ts'
import {GLOBAL_OPTIONS} from './definitions.ts'
import {readText, type OptionInputs, type OptionValue} from './read-option.ts'

/**
 * The regions that the user gave, each once.
 *
 * @param takesSeveral - whether the command takes several, separated by commas where they come from one text
 * @throws AckError `InvalidOption`
 */
export const readRegions = (inputs: OptionInputs, takesSeveral: boolean): readonly string[] => {
  const given = readText('region-id', GLOBAL_OPTIONS['region-id'], inputs)
  if (!given || given.from === 'default') return []
  const texts = takesSeveral ? given.value.split(',').map((text) => text.trim()) : [given.value]
  return [...new Set(texts.flatMap((value) => checkedRegion({value, from: given.from}) ?? []))]
}

/**
 * The region that the user gave, if any: of several the first.
 *
 * @throws AckError `InvalidOption`
 */
export const readRegion = (inputs: OptionInputs): string | undefined => readRegions(inputs, true)[0]

/**
 * Checks a region, which becomes part of a host name. (Both cases are spelled out, since a pattern that ignores case
 * takes ten times as long to compile.)
 *
 * @throws AckError `InvalidOption`
 */
export const checkedRegion = (region: OptionValue | undefined): string | undefined => {
  if (region && !/^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/.test(region.value)) {
    throw new AckError('InvalidOption', `invalid region ID in ${region.from}`, 'use a region ID such as cn-hangzhou')
  }
  return region?.value
}
