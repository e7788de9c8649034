import {AckError} from '../base/errors.ts'
import type {ServiceAccount} from './names.ts'

/** An add-on of a cluster that needs a RAM role. */
export interface RoleAddon {
  readonly name: string
  readonly account: ServiceAccount
  /** What its role may do, on every resource. */
  readonly actions: readonly string[]
  /** Names that its policy had in older versions. */
  readonly olderPolicies: readonly string[]
}

const ADDONS: readonly RoleAddon[] = [
  {
    name: 'ack-erdma-controller',
    account: {namespace: 'ack-erdma-controller', name: 'ack-erdma-controller'},
    actions: [
      'ecs:DescribeInstances',
      'ecs:DescribeInstanceTypes',
      'ecs:DescribeNetworkInterfaces',
      'ecs:ModifyNetworkInterfaceAttribute',
      'ecs:CreateNetworkInterface',
      'ecs:AttachNetworkInterface',
    ],
    olderPolicies: [],
  },
  {
    name: 'kritis-validation-hook',
    account: {namespace: 'kube-system', name: 'kritis'},
    actions: ['cr:ListInstance', 'cr:ListMetadataOccurrences'],
    olderPolicies: ['ack-kritis-validation-hook'],
  },
]

/**
 * An add-on by its name.
 *
 * @throws AckError `InvalidOption` for any other name
 */
export const findRoleAddon = (name: string): RoleAddon => {
  const found = ADDONS.find((addon) => addon.name === name)
  if (found) return found
  throw new AckError(
    'InvalidOption',
    'unknown add-on in --addon-name',
    `use one of: ${ADDONS.map((addon) => addon.name).join(', ')}`,
  )
}

/** The RAM role of an add-on in a cluster. */
export const addonRole = ({name}: RoleAddon, clusterId: string): string => `${name}-${clusterId}`

/** The custom policy of an add-on. */
export const addonPolicy = ({
  name,
  actions,
}: RoleAddon): {readonly name: string; readonly description: string; readonly document: string} => ({
  name: `ack-addon-policy-${name}`,
  description: `policy for ack cluster addon ${name}`,
  document: JSON.stringify({
    Statement: [{Action: actions, Effect: 'Allow', Resource: '*'}],
    Version: '1',
  }),
})
