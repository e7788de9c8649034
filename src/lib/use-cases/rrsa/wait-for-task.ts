import {AckError, rephrased} from '../../base/errors.ts'
import {monotonicMs} from '../../base/monotonic-ms.ts'
import {untilAborted} from '../../base/until-aborted.ts'
import {describeTask, newestRrsaFailure, type Task} from '../../container-service/tasks.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {RRSA_STATUS_OPTIONS} from '../../options/rrsa-definitions.ts'
import {suggestedCommand, type Typed} from '../../options/suggested-command.ts'
import {readRrsaState, type RrsaState} from '../../rrsa/rrsa-state.ts'

/** How long to wait for what the service does in the background. */
export interface Patience {
  /** In milliseconds. */
  readonly timeoutMs: number
  /** Aborted when the user ends the wait. */
  readonly interrupted: AbortSignal
  /** Waits, in milliseconds, until the signal is aborted. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** Hears how it goes. */
  readonly report: (progress: string) => void
}

const FIRST_PAUSE_MS = 2000
const LONGEST_PAUSE_MS = 15_000

/**
 * Waits for a task of the Container Service. A look that fails by the network is made again.
 *
 * @throws AckError `TaskFailed`, with the reason; `DeadlineExceeded`; `Cancelled`; what the service answers
 */
export const waitForTask = async (
  id: string,
  clusterId: string,
  calling: Calling,
  patience: Patience,
): Promise<void> => {
  await waitUntil({what: `task ${id}`, next: waitCommand(clusterId, id, calling.context)}, patience, async () => {
    const task = await within(calling, ({caller, context, signal}) => describeTask(id, caller, context, signal))
    if (task.progress === 'failed') throw taskFailed(task, await readLog(clusterId, calling))
    return {isOver: task.progress === 'done', progress: [task.state, task.stage].filter(Boolean).join(', ')}
  })
}

/**
 * Waits until a cluster is running, and RRSA is as wanted.
 *
 * @throws AckError as {@link waitForTask} does
 */
export const waitForRrsa = async (
  clusterId: string,
  enabled: boolean,
  calling: Calling,
  patience: Patience,
): Promise<RrsaState> => {
  let state: RrsaState | undefined
  await waitUntil(
    {what: `cluster ${clusterId}`, next: waitCommand(clusterId, '', calling.context)},
    patience,
    async () => {
      state = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
      const isAsWanted = Boolean(state.enabled) === enabled
      return {
        isOver: state.clusterState === 'running' && isAsWanted,
        progress: `${state.clusterState}, RRSA is ${state.enabled ? 'enabled' : 'disabled'}`,
      }
    },
  )
  return state as RrsaState
}

/** How a look has gone. */
interface Look {
  readonly isOver: boolean
  readonly progress: string
}

/** What is waited for, and how to look at it when the wait has ended too early: empty if nothing goes on without it. */
interface Awaited {
  readonly what: string
  readonly next: string
}

/**
 * Looks again and again, at growing intervals. A look that hangs does not delay the end of an interrupted wait.
 *
 * @throws AckError `DeadlineExceeded`, `Cancelled`; what `look` throws, if to look again would not help
 */
export const waitUntil = async (
  awaited: Awaited,
  {timeoutMs, interrupted, pause, report}: Patience,
  look: () => Promise<Look>,
): Promise<void> => {
  const {what, next} = awaited
  const end = monotonicMs() + timeoutMs
  let last = ''
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const looked = (): Promise<Look> => lookedAt(awaited, look)
    const {isOver, progress} = await untilAborted(interrupted, looked, () => ({isOver: false, progress: ''}))
    if (interrupted.aborted) throw new AckError('Cancelled', `${what} goes on`, next)
    if (isOver) return
    if (progress !== last) report(`${what}: ${progress || 'waiting'}`)
    last = progress
    const leftMs = end - monotonicMs()
    if (leftMs <= 0) throw stillGoingOn(awaited, timeoutMs)
    await pause(Math.min(pauseMs, leftMs), interrupted).catch(() => undefined)
  }
}

const lookedAt = async ({what, next}: Awaited, look: () => Promise<Look>): Promise<Look> => {
  try {
    return await look()
  } catch (error) {
    if (!AckError.is(error)) throw error
    if (PASSING.has(error.code)) return {isOver: false, progress: error.message}
    if (error.code === 'TaskFailed' || isMissing(error) || next === '') throw error
    // Nobody may take that for the end of what goes on.
    const again = [error.nextStep, next].filter(Boolean).join('; then ')
    throw rephrased(error, `${what} goes on in the cloud, but cannot be looked at: ${error.message}`, again)
  }
}

/** Of what the service does not know nothing goes on. */
const isMissing = (error: AckError): boolean => error.code === 'PreconditionFailed' && error.call?.status === 404

/** The command that waits for a task again, or looks where its ID is empty. */
export const waitCommand = (clusterId: string, taskId: string, run: Typed): string => {
  const words = ['rrsa', 'status', '--cluster-id', clusterId, ...(taskId ? ['--task-id', taskId] : [])]
  return `see \`${suggestedCommand(words, RRSA_STATUS_OPTIONS, run)}\``
}

const PASSING: ReadonlySet<string> = new Set(['NetworkFailed', 'DeadlineExceeded', 'ServiceFailed'])

/** It only adds to what the task says itself. */
const readLog = async (clusterId: string, calling: Calling): Promise<string> => {
  try {
    return await within(calling, ({caller, context, signal}) => newestRrsaFailure(clusterId, caller, context, signal))
  } catch (error) {
    if (!AckError.is(error)) throw error
    calling.context.log.debug(`the log of the cluster cannot be read: ${error.message}`)
    return ''
  }
}

const taskFailed = ({id, state, stage, reason}: Task, logLine: string): AckError =>
  new AckError(
    'TaskFailed',
    `task ${id} ended as ${JSON.stringify(state)}${stage ? ` in ${stage}` : ''}${reason ? `: ${reason}` : ''}${logLine ? `; the log of the cluster says: ${logLine}` : ''}`,
    'see the log of the cluster in the console, then run the command again',
  )

const stillGoingOn = ({what, next}: Awaited, timeoutMs: number): AckError =>
  new AckError(
    'DeadlineExceeded',
    `${what} was not ready within ${Math.round(timeoutMs / 1000)} s; it goes on in the cloud`,
    `${next}, or allow more time with --wait-timeout`,
  )
