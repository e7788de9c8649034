import {GLOBAL_OPTIONS} from './definitions.ts'
import {stsHost} from './endpoint.ts'
import {parseGoBoolean, readBoolean, readText, type OptionInputs, type OptionValue} from './read-option.ts'
import {checkedRegion, readRegion} from './region.ts'

/** The variables by which Alibaba Cloud's SDKs choose VPC endpoints, and the region of STS. */
const VPC_ENABLED = 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED'
const STS_REGION = 'ALIBABA_CLOUD_STS_REGION'

/**
 * Whether to use VPC endpoints. The SDKs' variable counts only with a region, since there are no global ones.
 *
 * @throws AckError `InvalidOption` for an invalid region
 */
export const usesVpcEndpoints = (inputs: OptionInputs): boolean => {
  if (!readBoolean('vpc-endpoint', GLOBAL_OPTIONS['vpc-endpoint'], inputs)) return false
  const {[VPC_ENABLED]: _, ...env} = inputs.env
  const isOurs = readBoolean('vpc-endpoint', GLOBAL_OPTIONS['vpc-endpoint'], {...inputs, env})
  return isOurs || readRegion(inputs) !== undefined
}

/**
 * The STS endpoint that the user gave: by flag, else by variable. The kubeconfigs of the Go tool always have the public
 * endpoint of their region as a flag. As it says no more than the default, it gives way to what the environment says:
 * inside a VPC the public endpoint may be out of reach.
 *
 * @throws AckError `InvalidOption` for an invalid region
 */
export const givenStsEndpoint = (inputs: OptionInputs): OptionValue | undefined => {
  const definition = GLOBAL_OPTIONS['sts-endpoint']
  const given = readText('sts-endpoint', definition, inputs)
  const isByFlag = given?.from === '--sts-endpoint'
  if (given && !(isByFlag && given.value === stsHost(readRegion(inputs), false))) return given
  const ofEnvironment = readText('sts-endpoint', definition, {...inputs, flags: {}}) ?? vpcEndpoint(inputs)
  if (ofEnvironment) return ofEnvironment
  const isInVpc = inputs.flags['vpc-endpoint'] !== true && usesVpcEndpoints(inputs)
  return isInVpc ? undefined : given
}

/** As the SDKs put it together, where no option says which region it is. */
const vpcEndpoint = (inputs: OptionInputs): OptionValue | undefined => {
  const region = inputs.env[STS_REGION]
  if (!region || !parseGoBoolean(inputs.env[VPC_ENABLED]) || readRegion(inputs) !== undefined) return undefined
  return {value: stsHost(checkedRegion({value: region, from: STS_REGION}), true), from: STS_REGION}
}
