import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {staleVariables, variablesOf, type VariableGroup} from '../credentials/selection/credential-variables.ts'
import {credentialsFrom} from '../credentials/use-source.ts'
import type {Invocation} from './invocation.ts'

/** Credentials on their way to another program. */
export interface CredentialExport {
  readonly credentials: Credentials
  readonly groups: readonly VariableGroup[]
  /** Variables of the environment that name other credentials. */
  readonly stale: readonly string[]
  readonly now: Date
}

/**
 * The job of export-credentials: the credentials of a source, as other programs take them.
 *
 * @throws AckError what the source throws
 */
export const exportCredentials = async (
  source: CredentialSource,
  {runtime, clock, options}: Pick<Invocation, 'runtime' | 'clock' | 'options'>,
): Promise<CredentialExport> => {
  const credentials = await credentialsFrom(source, options.timeoutMs)
  const groups = variablesOf(credentials)
  return {credentials, groups, stale: staleVariables(runtime.env, groups), now: clock.now()}
}
