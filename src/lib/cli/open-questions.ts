import {SILENT_LOG} from '../log/silent-log.ts'
import {readText, type OptionInputs} from '../options/read-option.ts'
import {ProfileAmbiguousError} from '../profile/profile.ts'
import type {AckCommand, Invocation} from './ack-command.ts'
import {askChoice, askText} from './prompt.ts'

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
  if (!personIsThere(invocation)) return []
  const needs = command.needs(invocation.inputs)
  const profile = needs.credentials ? await askProfile(command, invocation) : undefined
  const clusterId = needs.clusterId ? await askClusterId(command, invocation.inputs) : undefined
  return [...(profile ? [`--profile-name=${profile}`] : []), ...(clusterId ? [`--cluster-id=${clusterId}`] : [])]
}

/**
 * Whether someone can type and read here, kubectl (if it is the caller) leaves stdin to us, and nobody asked for
 * `--assume-yes`.
 */
export const personIsThere = ({runtime, options, execInfo}: Invocation): boolean =>
  runtime.stdinIsTerminal && runtime.stderrIsTerminal && !options.assumeYes && (execInfo?.interactive ?? true)

const askProfile = async (command: AckCommand, invocation: Invocation): Promise<string | undefined> => {
  try {
    await command.credentialSource({...invocation, log: SILENT_LOG})
    return undefined
  } catch (error) {
    if (!(error instanceof ProfileAmbiguousError)) throw error
    return askChoice(`Which profile of ${error.file}?`, error.names)
  }
}

const askClusterId = async (command: AckCommand, inputs: OptionInputs): Promise<string | undefined> => {
  const definition = command.ownOptions['cluster-id']
  if (definition?.kind !== 'text' || readText('cluster-id', definition, inputs)) return undefined
  return askText('Cluster id:')
}
