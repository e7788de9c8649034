import {readdir, stat, utimes} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {CANARY, withoutNames} from './canary.ts'
import {runWithFault, type FaultyResult} from './file-faults.ts'
import {FILE_FAULTS, type FileFault} from './file-plan.ts'
import {figure} from './figures.ts'
import {howMany} from './full.ts'
import type {CliResult} from './run-cli.ts'

/** One command that writes files, and what must be true whatever becomes of its steps. */
export interface WritePath {
  readonly args: () => readonly string[]
  readonly home: () => string
  readonly env: () => Readonly<Record<string, string>>
  /** The directory whose files are meant; the home directory by default. */
  readonly below?: () => string
  /** Where nobody asks for all, every how manieth step is tried: 4 by default, and no multiple of 7. */
  readonly every?: number
  /** Puts everything as it is before a run. */
  readonly prepare: () => Promise<void>
  /** The exit codes that a failed step may lead to. */
  readonly exitCodes: readonly number[]
  /** After the faulty run: nothing is lost, nothing is half-written, and the answer is right. */
  readonly check: (result: FaultyResult) => Promise<void>
  /** Afterwards, with nothing in its way: all goes well, and all is in place. */
  readonly again: () => Promise<void>
}

interface Fault {
  readonly code: FileFault
  readonly lasts?: true
}

const LASTING: readonly Fault[] = [
  {code: 'ENOSPC', lasts: true},
  {code: 'EIO', lasts: true},
  {code: 'EROFS', lasts: true},
]
const ALL: readonly Fault[] = [...FILE_FAULTS.map((code) => ({code})), ...LASTING, {code: 'KILL'}]
/** Of a few of them, one at each step, in turn: a prime number, so that each comes to every kind of step. */
const USUAL: readonly Fault[] = [
  {code: 'ENOSPC'},
  {code: 'EIO'},
  {code: 'EROFS', lasts: true},
  {code: 'EACCES'},
  {code: 'EBUSY'},
  {code: 'ENOSPC', lasts: true},
  {code: 'KILL'},
]

/** More steps than a run has. */
const MAX_STEPS = 500

/**
 * Lets every step of a command's work with files fail, one run for each, until a run has no more steps.
 *
 * @returns how many steps it has
 */
export const failEveryStep = async (path: WritePath): Promise<number> => {
  const isFull = howMany(1, 0) === 1
  const every = isFull ? 1 : (path.every ?? 4) * howMany(1, 1, 3)
  for (let at = 1; at <= MAX_STEPS; at += every) {
    const faults = isFull ? ALL : [USUAL[at % USUAL.length] as Fault]
    for (const fault of faults) {
      const step = await failOne(path, {...fault, at})
      if (step === undefined) return at - 1
    }
  }
  throw new Error('it never comes to an end')
}

/** A process that runs many command lines does not end: whose lock it could not remove, it would still hold. */
const KEEPS_LOCK = /^(rename|rmdir|unlink) .*\.lock/

const failOne = async (path: WritePath, fault: Fault & {readonly at: number}): Promise<string | undefined> => {
  const attempt = async (apart: boolean): Promise<FaultyResult> => {
    await path.prepare()
    const below = path.below && {below: path.below()}
    return runWithFault({args: path.args(), home: path.home(), env: path.env(), ...below, fault, apart})
  }
  const first = await attempt(fault.lasts === true && fault.code !== 'ENOSPC')
  const result = KEEPS_LOCK.test(first.step ?? '') && fault.code !== 'KILL' ? await attempt(true) : first
  const what = `${fault.code}${fault.lasts ? ' from then on' : ''} at step ${fault.at}, ${result.step ?? 'none'}`
  try {
    expectWellEnded(result, path.exitCodes, fault)
    await path.check(result)
    if (!fault.lasts && fault.code !== 'KILL') await expectNothingLeft(path, result)
    await path.again()
    await age(path.home())
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}\n${result.stderr}`, {
      cause: error,
    })
  }
  if (result.step !== undefined) figure(fault.lasts ? `${fault.code} from then on` : fault.code)
  return result.step
}

const expectWellEnded = (
  {stdout, stderr, exitCode, step}: FaultyResult,
  allowed: readonly number[],
  fault: Fault,
): void => {
  expect(withoutNames(stderr)).not.to.contain(CANARY)
  if (fault.code === 'KILL' && step !== undefined) return expect(exitCode).to.equal(null) as never
  expect([0, ...allowed]).to.include(exitCode)
  if (exitCode === 0) return
  expect(stdout).to.equal('')
  expect(stderr).to.match(/^Error: [^\n]+ \([A-Z]\w+\)\n {2}Next: [^\n]+\n$/m)
}

const LEFT = /\.(tmp|lock)$/
/** A lock or a temporary file whose own removal fails stays until the next run. */
const REMOVES = /^(rm|rmdir|unlink|rename|open|readdir|lstat|close) /

const expectNothingLeft = async (path: WritePath, {step = ''}: FaultyResult): Promise<void> => {
  const left = await leftBelow(path.home())
  if (left.length > 0 && !REMOVES.test(step)) expect(left).to.deep.equal([])
}

/** Temporary files, and locks but those that say only that their owner has ended without a result. */
export const leftBelow = async (dir: string): Promise<readonly string[]> => {
  const names = (await readdir(dir, {recursive: true})).filter((name) => LEFT.test(name))
  const isLeft = await Promise.all(names.map((name) => isHeld(join(dir, name))))
  return names.filter((_, index) => isLeft[index]).toSorted()
}

const isHeld = async (path: string): Promise<boolean> => {
  const isLock = path.endsWith('.lock') && (await stat(path)).isDirectory()
  return !isLock || (await readdir(path)).some((name) => !name.endsWith('.no-result'))
}

/** Lets two days pass for what was left: nobody can wait for it any more. */
export const age = async (dir: string): Promise<void> => {
  const then = new Date(Date.now() - 2 * 24 * 3_600_000)
  for (const name of await leftBelow(dir)) {
    // A killed run has left somebody who removes its files.
    await utimes(join(dir, name), then, then).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
}

export const succeeded = ({stderr, exitCode}: CliResult): void =>
  expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0}) as never
