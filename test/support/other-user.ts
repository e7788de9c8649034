import {spawnSync} from 'node:child_process'

import {PROGRAM, LAUNCHER} from './run-cli.ts'
import type {Command} from './run-process.ts'

/** A user of whom nothing here is. */
export const NOBODY = 65_534
const AS_NOBODY = ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'] as const

export const isRoot = process.geteuid?.() === 0

/** A user without root's rights: what may be written depends on modes. */
export interface PlainUser {
  readonly uid: number
  /** What runs a command as that user. */
  readonly prefix: readonly string[]
}

/** This user, or nobody where the tests are root's; undefined where that user could not start the program. */
export const plainUser = (): PlainUser | undefined => {
  if (process.geteuid === undefined) return undefined
  if (!isRoot) return {uid: process.geteuid(), prefix: []}
  const [program, ...args] = [...AS_NOBODY, 'test', '-r', LAUNCHER]
  return spawnSync(program, args).status === 0 ? {uid: NOBODY, prefix: AS_NOBODY} : undefined
}

/** The program as that user. */
export const programAs = ({prefix}: PlainUser, args: readonly string[]): Command => {
  const [program, ...rest] = [...prefix, ...PROGRAM, ...args]
  return [program ?? '', ...rest]
}
