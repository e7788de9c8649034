import {givenEnvironment} from '../base/given-environment.ts'
import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import type {Runtime} from '../base/runtime.ts'
import type {VariableGroup} from '../credentials/selection/credential-variables.ts'
import {isBatchFile} from '../programs/batch-file.ts'
import {lookUpProgram} from '../programs/find-programs.ts'

/** As shells have it, for a program that was not found, and for one that cannot be run. */
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

/**
 * Runs a command with credentials in its environment, and with our stdin, stdout and stderr. What signals ask of this
 * process they ask of the command, whose end is waited for.
 *
 * @param stale - variables that the command must not see
 * @returns the command's own exit code, or 128 and the number of the signal that ended it
 * @throws AckError `ProcessFailed`, with the exit code that shells have for a command that cannot be run
 */
export const runWithCredentials = async (
  [program = '', ...args]: readonly string[],
  groups: readonly VariableGroup[],
  stale: readonly string[],
  runtime: Pick<Runtime, 'env' | 'platform'>,
): Promise<number> => {
  const {env, platform} = runtime
  if (isBatchFile(program, platform)) throw notRun(program, 'ENOENT', runtime)
  const own = Object.fromEntries(groups.flatMap(({variables}) => variables))
  // On Windows a name in other letters is the same variable.
  const same = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name)
  const hidden = new Set([...stale, ...Object.keys(own)].map(same))
  const inherited = Object.entries(givenEnvironment(env)).filter(([name]) => !hidden.has(same(name)))
  const {spawn} = process.getBuiltinModule('node:child_process')
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(notRun(program, errorCode(error), runtime))
    try {
      const child = spawn(program, args, {env: {...Object.fromEntries(inherited), ...own}, stdio: 'inherit'})
      const pass = (signal: NodeJS.Signals): void => {
        child.kill(signal)
      }
      // The terminal sends its own signals to both.
      const wait = (): void => {}
      for (const signal of PASSED_ON) process.on(signal, pass)
      for (const signal of OF_TERMINAL) process.on(signal, wait)
      const settle = (ending: () => void): void => {
        for (const signal of PASSED_ON) process.off(signal, pass)
        for (const signal of OF_TERMINAL) process.off(signal, wait)
        ending()
      }
      child.once('error', (error) => settle(() => fail(error)))
      child.once('close', (code, signal) => settle(() => resolve(code ?? 128 + numberOf(signal))))
    } catch (error) {
      fail(error)
    }
  })
}

const PASSED_ON = ['SIGTERM', 'SIGHUP'] as const
const OF_TERMINAL = ['SIGINT', 'SIGQUIT'] as const

const numberOf = (signal: NodeJS.Signals | null): number =>
  signal === null ? 0 : process.getBuiltinModule('node:os').constants.signals[signal]

const notRun = (program: string, code: string, runtime: Pick<Runtime, 'env' | 'platform'>): AckError => {
  const name = JSON.stringify(program)
  const found = program === '' ? {why: ''} : lookUpProgram(program, runtime)
  const failed = (exitCode: number, why: string, nextStep: string): AckError =>
    new AckError('ProcessFailed', `the command ${name} ${why}`, nextStep, {exitCode})
  // By its own rules of quoting, which would have to be met for each argument.
  if ('path' in found && isBatchFile(found.path, runtime.platform))
    return failed(
      NOT_EXECUTABLE,
      `is ${found.path}, a batch file, which only cmd.exe can run`,
      'put `cmd.exe /d /c` before it, which then reads its arguments',
    )
  // As shells have it, no program has an empty name.
  if (code === 'ENOENT' || program === '') return failed(NOT_FOUND, 'was not found', 'install it, or correct its name')
  return failed(NOT_EXECUTABLE, `cannot be run: ${code}`, 'make it executable, or put its interpreter before it')
}
