import {fork, type ChildProcess} from 'node:child_process'

import {bundleProgram} from './bundle-program.ts'
import type {CliResult, Command} from './run-process.ts'
import type {Order, Report} from './starter.ts'

const waiting = new Map<number, (ended: Report['ended']) => void>()
let starter: Promise<ChildProcess> | undefined
let orders = 0

/**
 * As `runProcess`, by a small process that starts all others: to start one from a process with all tests in its memory
 * takes four times as long, and its servers are silent meanwhile.
 */
export const runApart = async (command: Command, env: NodeJS.ProcessEnv, cwd = process.cwd()): Promise<CliResult> => {
  starter ??= startStarter()
  const child = await starter
  orders += 1
  const order: Order = {id: orders, command, env, cwd}
  // While one runs, this process waits for it; else not.
  child.channel?.ref()
  const ended = await new Promise<Report['ended']>((resolve) => {
    waiting.set(order.id, resolve)
    child.send(order)
  })
  if (waiting.size === 0) child.channel?.unref()
  if (typeof ended === 'string') throw new Error(ended)
  return ended
}

const startStarter = async (): Promise<ChildProcess> => {
  const program = await bundleProgram(new URL('starter.ts', import.meta.url))
  const child = fork(program, [], {execArgv: []})
  child.unref()
  child.on('message', ({id, ended}: Report) => {
    waiting.get(id)?.(ended)
    waiting.delete(id)
  })
  child.once('exit', () => {
    for (const resolve of waiting.values()) resolve('the process that starts the others has ended')
  })
  return child
}
