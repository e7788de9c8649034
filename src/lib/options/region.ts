import {AckError} from '../base/errors.ts'
import {GLOBAL_OPTIONS} from './definitions.ts'
import {readText, type OptionInputs, type OptionValue} from './read-option.ts'

/**
 * The region that the user gave, if any.
 *
 * @throws AckError `InvalidOption`
 */
export const readRegion = (inputs: OptionInputs): string | undefined => {
  const region = readText('region-id', GLOBAL_OPTIONS['region-id'], inputs)
  return region?.from === 'default' ? undefined : checkedRegion(region)
}

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
