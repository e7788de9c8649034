import {existsSync, readFileSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'

import {bundleProgram} from './bundle-program.ts'
import {FAULT_VARIABLE, type FileFault, type FilePlan} from './file-plan.ts'
import {cliEnvironment, LAUNCHER, runCliProcess, type CliResult} from './run-cli.ts'
import {runWarm} from './warm-pool.ts'

/** A run of the program in which one step with files fails. */
export interface FaultyRun {
  readonly args: readonly string[]
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** The directory whose files are meant; the home directory by default. */
  readonly below?: string
  readonly fault: {readonly at: number | string; readonly code: FileFault; readonly lasts?: boolean}
  /** Whether in a process of its own, also where no process is killed. */
  readonly apart?: boolean
}

/** What came of it, and which step has failed: `renameSync /home/…`; undefined if the run has fewer steps. */
export type FaultyResult = CliResult & {readonly step: string | undefined}

let runs = 0

/** Runs the built program with one fault. */
export const runWithFault = async ({args, home, env, below = home, fault, apart}: FaultyRun): Promise<FaultyResult> => {
  runs += 1
  const report = join(tmpdir(), `ack-ram-tool-step-${process.pid}-${runs}`)
  const plan: FilePlan = {run: runs, roots: [below, realOf(below)], lasts: false, report, ...fault}
  const faulty = {
    // What follows an answer is not meant, and would have a process of its own count other steps.
    NODE_DISABLE_COMPILE_CACHE: '1',
    ...env,
    NODE_OPTIONS: `--import=${pathToFileURL(await bundleProgram(new URL('failing-files.ts', import.meta.url))).href}`,
    [FAULT_VARIABLE]: JSON.stringify(plan),
  }
  try {
    const isApart = apart === true || fault.code === 'KILL'
    const result = isApart
      ? await runCliProcess(args, {home, env: faulty})
      : await runWarm(LAUNCHER, {args, env: cliEnvironment(home, faulty)})
    return {...result, step: existsSync(report) ? readFileSync(report, 'utf8') : undefined}
  } finally {
    rmSync(report, {force: true})
  }
}

const realOf = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
