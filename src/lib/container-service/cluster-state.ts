/** The states in which a cluster cannot be used any more, or not yet, in words. */
const UNUSABLE: Readonly<Record<string, string>> = {
  create_timeout: 'its creation timed out',
  delete_failed: 'its deletion failed',
  deleted: 'it is deleted',
  deleting: 'it is being deleted',
  failed: 'its creation failed',
  initial: 'it is being created',
}

/** In every other state there may be bindings and certificates, whether or not the API server can be reached now. */
const GONE = new Set(['deleted', 'deleting', 'failed'])

/**
 * Why a cluster in this state has no use for a kubeconfig.
 *
 * @returns undefined for every other state, also one that is not known
 */
export const whyUnusable = (state: string): string | undefined =>
  Object.hasOwn(UNUSABLE, state) ? UNUSABLE[state] : undefined

/** Whether nobody can have rights in a cluster: it is gone, is going, or never came to be. */
export const isGone = (state: string): boolean => GONE.has(state)
