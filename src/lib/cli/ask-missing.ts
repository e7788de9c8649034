import type {Invocation, Questions} from '../use-cases/invocation.ts'
import {isInteractive} from './is-interactive.ts'
import {askChoice, askText} from './prompt.ts'

/** What a command cannot do without. */
export interface CommandNeeds {
  readonly credentials: boolean
  /** A cluster; `if given`: none, but the name of one may be given instead of its ID. */
  readonly clusterId: boolean | 'if given'
}

/**
 * Asks a person which profile of a file is meant.
 *
 * @throws AckError `Cancelled` on Ctrl-C
 */
export const askProfile: Questions['askProfile'] = async (invocation, file, names) =>
  isInteractive(invocation) ? askChoice(`Which profile of ${file}?`, names) : undefined

/**
 * Asks a person for the ID of the cluster, for the two commands that kubectl waits for, and for those that make no call:
 * they show no list. Without a person nothing is asked: the command then ends in an error that names the
 * flag.
 *
 * @throws AckError `Cancelled` on Ctrl-C; what choosing the credentials throws, which comes first
 */
export const askClusterId = async (
  invocation: Invocation,
  {credentials}: Pick<CommandNeeds, 'credentials'>,
): Promise<void> => {
  if (!isInteractive(invocation)) return
  if (credentials) await invocation.source()
  invocation.answer('cluster-id', await askText('Cluster id:'))
}
