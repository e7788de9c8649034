import {isGiven} from '../options/read-option.ts'
import {TOKEN_OPTIONS} from '../options/command-definitions.ts'
import type {Invocation, Questions} from '../use-cases/invocation.ts'
import {isInteractive} from './is-interactive.ts'
import {askChoice, askText} from './prompt.ts'

/** What a command cannot do without. */
export interface CommandNeeds {
  readonly credentials: boolean
  readonly clusterId: boolean
}

/**
 * Asks a person which profile of a file is meant.
 *
 * @throws AckError `Cancelled` on Ctrl-C
 */
export const askProfile: Questions['askProfile'] = async (invocation, file, names) =>
  isInteractive(invocation) ? askChoice(`Which profile of ${file}?`, names) : undefined

/**
 * Asks a person for the cluster, when none is given. Without a person nothing is asked: the command then ends in an error
 * that names the flag.
 *
 * @throws AckError `Cancelled` on Ctrl-C; what choosing the credentials throws, which comes first
 */
export const askMissing = async (invocation: Invocation, {credentials, clusterId}: CommandNeeds): Promise<void> => {
  if (!clusterId || isGiven('cluster-id', TOKEN_OPTIONS['cluster-id'], invocation.inputs)) return
  if (!isInteractive(invocation)) return
  if (credentials) await invocation.source()
  invocation.answer('cluster-id', await askText('Cluster id:'))
}
