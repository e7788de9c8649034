/** Starts processes for a larger one, which asks over IPC: an {@link Order} each, answered by a {@link Report}. */
import {runProcess, type CliResult, type Command} from './run-process.ts'

export interface Order {
  readonly id: number
  readonly command: Command
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}
export interface Report {
  readonly id: number
  /** What came of it, or why it could not be started. */
  readonly ended: CliResult | string
}

process.on('message', ({id, command, env, cwd}: Order) => {
  const report = (ended: Report['ended']): void => {
    // The tests may be over.
    if (process.connected) process.send?.({id, ended} satisfies Report)
  }
  runProcess(command, env, cwd).then(report, ({message}: Error) => report(message))
})
process.once('disconnect', () => process.exit())
