import {narrowDebugVariable} from '../lib/base/debug-variable.ts'
import type {Runtime} from '../lib/base/runtime.ts'
import type {OwnCommandLine} from '../lib/cli/command-line.ts'
import {tellPerson, writeAnswer} from '../lib/cli/write-answer.ts'
import type {CommandName} from '../lib/options/all-commands.ts'
import {TOKEN_OPTIONS} from '../lib/options/exec-definitions.ts'
import {isGiven} from '../lib/options/read-option.ts'
import {certificateAnswer, tokenAnswer, type ExecAnswer} from '../lib/use-cases/answer-kubectl.ts'
import {createInvocation, type Invocation, type Questions} from '../lib/use-cases/invocation.ts'

/** How a run in the lane has ended. */
export interface LaneEnding {
  readonly exitCode: number
  /** The command and the kind of its source: runs of one way need the same functions. */
  readonly way: string
}

/** The two commands that kubectl waits for, with what each needs besides credentials. */
const COMMANDS: Partial<Record<CommandName, (invocation: Invocation) => Promise<ExecAnswer>>> = {
  'credential-plugin get-token': tokenAnswer,
  'credential-plugin get-credential': certificateAnswer,
}

/**
 * Runs one of the two commands that kubectl waits for from arguments to answer, without oclif, which takes longer to load
 * than all the rest. What only fetches, asks, logs or reports is imported when it is needed.
 *
 * @returns undefined for every other command line: help, unknown flags, stray arguments
 */
export const runExecLane = async (line: OwnCommandLine, runtime: Runtime): Promise<LaneEnding | undefined> => {
  const answer = COMMANDS[line.command]
  if (!answer || line.help || line.rest.length > 0) return undefined
  // Before anything is loaded that reads it.
  narrowDebugVariable(runtime.env)
  let invocation: Invocation | undefined
  try {
    if (line.problem) throw line.problem
    invocation = createInvocation(runtime, line, QUESTIONS)
    if (!isGiven('cluster-id', TOKEN_OPTIONS['cluster-id'], invocation.inputs)) {
      const {askClusterId} = await import('../lib/cli/ask-missing.ts')
      await askClusterId(invocation, {credentials: true})
    }
    const {text, source} = await answer(invocation)
    await writeAnswer(text)
    await invocation.endLog(false)
    return {
      exitCode: 0,
      way: `${line.command}, ${source.identity[0]?.[1] ?? ''}${source.isCacheable ? ', cached' : ''}`,
    }
  } catch (error) {
    await invocation?.endLog(true)
    const {reportFailure} = await import('../lib/cli/report-error.ts')
    return {exitCode: reportFailure(error, line.flags, runtime.env, line.defaults), way: `${line.command}, failed`}
  }
}

const QUESTIONS: Questions = {
  answersKubectl: true,
  tellPerson,
  askProfile: async (...question) => {
    const {askProfile} = await import('../lib/cli/ask-missing.ts')
    return askProfile(...question)
  },
}
