/** The states in which a cluster cannot be used any more, or not yet, in words. */
const UNUSABLE: Readonly<Record<string, string>> = {
  create_timeout: 'its creation timed out',
  delete_failed: 'its deletion failed',
  deleted: 'it is deleted',
  deleting: 'it is being deleted',
  failed: 'its creation failed',
  initial: 'it is being created',
}

/** In these a cluster exists, and its API server cannot be reached. */
const UNREACHABLE = new Set(['disconnected', 'unavailable', 'waiting'])

/**
 * Why a cluster in this state has no use for a kubeconfig.
 *
 * @returns undefined for every other state, also one that is not known
 */
export const whyUnusable = (state: string): string | undefined =>
  Object.hasOwn(UNUSABLE, state) ? UNUSABLE[state] : undefined

/** Whether a cluster in this state has no API server that answers. */
export const hasNoApiServer = (state: string): boolean => whyUnusable(state) !== undefined || UNREACHABLE.has(state)
