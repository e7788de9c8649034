import type {CredentialSource} from '../credentials/credentials.ts'
import {SILENT_LOG} from '../base/log/silent-log.ts'
import {readText, type OptionInputs} from '../options/read-option.ts'
import {ProfileAmbiguousError} from '../profile-files/profile.ts'
import type {AckCommand} from './ack-command.ts'
import {isInteractive} from './is-interactive.ts'
import {askChoice, askText} from './prompt.ts'
import type {Invocation} from '../use-cases/invocation.ts'

/**
 * Reads the options of a command, and where they leave a question open that a person can answer, asks it. Without a
 * person nothing is asked: the command then ends in an error that names the flag.
 *
 * @param command - an instance made for this, not the one that will run
 * @returns the answers as flags, to be added to the command line
 * @throws AckError for options or credential files that cannot be used; `Cancelled` on Ctrl-C
 */
export const answerOpenQuestions = async (command: AckCommand): Promise<string[]> => {
  const invocation = await command.invocation()
  if (!isInteractive(invocation)) return []
  const needs = command.needs(invocation.inputs)
  const profile = needs.credentials ? await askProfile(command, invocation) : undefined
  const clusterId = needs.clusterId ? await askClusterId(command, invocation.inputs) : undefined
  return [...(profile ? [`--profile-name=${profile}`] : []), ...(clusterId ? [`--cluster-id=${clusterId}`] : [])]
}

const askProfile = async (command: AckCommand, invocation: Invocation): Promise<string | undefined> => {
  try {
    await command.credentialSource({...invocation, log: SILENT_LOG, askPlugins: leaveIt})
    return undefined
  } catch (error) {
    if (!(error instanceof ProfileAmbiguousError)) throw error
    return askChoice(`Which profile of ${error.file}?`, error.names)
  }
}

/** What a plugin offers is the command's to ask for: here only the choice of a profile matters. */
const leaveIt = (): Promise<CredentialSource> =>
  Promise.resolve({
    description: 'a plugin',
    identity: [],
    namesCaller: false,
    isCostly: false,
    load: () => Promise.reject(new Error('not asked')),
  })

const askClusterId = async (command: AckCommand, inputs: OptionInputs): Promise<string | undefined> => {
  const definition = command.ownOptions['cluster-id']
  if (definition?.kind !== 'text' || readText('cluster-id', definition, inputs)) return undefined
  return askText('Cluster id:')
}
