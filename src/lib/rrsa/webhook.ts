/** The add-on that puts RRSA's token and variables into pods. */
export const WEBHOOK_ADDON = 'ack-pod-identity-webhook'

/** The label of a namespace, or of a pod, that has the webhook look at it. */
export const INJECTION_LABEL = 'pod-identity.alibabacloud.com/injection'

/** The annotation of a service account with the name of its RAM role. */
export const ROLE_ANNOTATION = 'pod-identity.alibabacloud.com/role-name'

/** Since this version the webhook also sets the STS endpoint of pods: that of the VPC. */
export const STS_ENDPOINT_SINCE = '0.4.0'

/** Compares versions such as `0.4.2`, number by number. */
export const compareVersions = (one: string, other: string): number => {
  const numbers = (version: string): readonly number[] => version.replace(/^v/, '').split(/[.-]/).map(Number)
  const [a, b] = [numbers(one), numbers(other)]
  for (let at = 0; at < 3; at += 1) {
    const difference = (a[at] || 0) - (b[at] || 0)
    if (difference !== 0) return difference
  }
  return 0
}
