/**
 * Loaded before the program (`--import`): lets one step of its work with files fail, or kills the process there. Steps are
 * the calls of node:fs, in all three forms, for paths below a directory and for what was opened there; they are counted.
 */
import {Buffer} from 'node:buffer'
import fs from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import {constants} from 'node:os'

import {FAULT_VARIABLE, type FilePlan} from './file-plan.ts'

type Call = (...args: unknown[]) => unknown

/** What changes something: a disk that is full or broken refuses these from then on. */
const CHANGES =
  /^(append|chmod|chown|copy|fchmod|fchown|fdatasync|fsync|ftruncate|link|mkdir|mkdtemp|rename|rm|symlink|truncate|unlink|utimes|write)/
/** What needs room. */
const NEEDS_ROOM = /^(append|copy|mkdir|mkdtemp|symlink|write)/
const NAMES =
  'access appendFile chmod chown close copyFile fchmod fchown fdatasync fstat fsync ftruncate lchown link lstat mkdir mkdtemp open opendir read readFile readdir readlink realpath rename rm rmdir stat symlink truncate unlink utimes write writeFile'
const OF_HANDLES = 'chmod chown close datasync read readFile stat sync truncate write writeFile'

/** The functions themselves, for our own use. */
const real = {...fs}
const opened = new Set<unknown>()
let plan: FilePlan | undefined
let planText: string | undefined
let step = 0
let hasFailed = false
/** Node's own functions call each other. */
let depth = 0

const planNow = (): FilePlan | undefined => {
  const text = process.env[FAULT_VARIABLE]
  if (text === planText) return plan
  planText = text
  plan = text === undefined ? undefined : (JSON.parse(text) as FilePlan)
  step = 0
  hasFailed = false
  opened.clear()
  return plan
}

const isBelow = (place: unknown, {roots}: FilePlan): boolean => {
  if (typeof place === 'number') return opened.has(place)
  const path = place instanceof URL ? place.pathname : Buffer.isBuffer(place) ? place.toString() : place
  return typeof path === 'string' && roots.some((root) => path === root || path.startsWith(`${root}/`))
}

const isOpenToWrite = (name: string, flags: unknown): boolean =>
  name === 'open' &&
  (typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
    : /[wa+]/.test(String(flags)))

/** Whether this step fails. */
const fails = (name: string, args: readonly unknown[], current: FilePlan): boolean => {
  step += 1
  const {at, lasts, code, report} = current
  const words = `${name} ${typeof args[0] === 'string' ? args[0] : ''}`
  if (!hasFailed && (step === at || (typeof at === 'string' && new RegExp(at).test(words)))) {
    hasFailed = true
    real.writeFileSync(report, words)
    return true
  }
  if (!lasts || !hasFailed) return false
  const [, flags] = args
  if (code === 'ENOSPC') return NEEDS_ROOM.test(name) || (isOpenToWrite(name, flags) && /[wa]/.test(String(flags)))
  return CHANGES.test(name) || isOpenToWrite(name, flags)
}

const fault = (name: string, args: readonly unknown[], {code}: FilePlan): Error => {
  if (code === 'KILL') {
    process.kill(process.pid, 'SIGKILL')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }
  const path = typeof args[0] === 'string' ? args[0] : undefined
  const text = `${code}: made to fail, ${name}${path === undefined ? '' : ` '${path}'`}`
  return Object.assign(new Error(text), {code, errno: -constants.errno[code as 'EIO'], syscall: name, path})
}

/** What of the step happens all the same: half of a text is written, and what is closed is closed. */
const halfDone = (name: string, args: readonly unknown[]): void => {
  const [file, data, options] = args
  if (name === 'close') real.closeSync(file as number)
  if (!/^(write|append)/.test(name) || (typeof data !== 'string' && !Buffer.isBuffer(data))) return
  const half = Buffer.from(data as string).subarray(0, data.length / 2)
  try {
    if (name === 'write')
      real.writeSync(file as number, half, 0, half.length, typeof args[4] === 'number' ? args[4] : null)
    else real.writeFileSync(file as number, half, options as fs.WriteFileOptions)
  } catch {
    // It fails anyway.
  }
}

/** @param wrapped - how the failure is told */
const failing = (
  name: string,
  call: Call,
  tell: (error: Error, args: readonly unknown[]) => unknown,
  after: (result: unknown, args: readonly unknown[]) => unknown = (result) => result,
): Call =>
  function (this: unknown, ...args: unknown[]): unknown {
    const current = depth > 0 ? undefined : planNow()
    const isMeant =
      current && (isBelow(args[0], current) || (/^(rename|link|copy)/.test(name) && isBelow(args[1], current)))
    if (isMeant && fails(name, args, current)) {
      halfDone(name, args)
      if (name === 'close') opened.delete(args[0])
      return tell(fault(name, args, current), args)
    }
    depth += 1
    try {
      const result = call.apply(this, args)
      return isMeant ? after(result, args) : result
    } finally {
      depth -= 1
    }
  }

const raise = (error: Error): never => {
  throw error
}

const rejected = async (error: Error): Promise<never> => {
  throw error
}

const handleOf = (handle: fs.promises.FileHandle): fs.promises.FileHandle => {
  const methods = handle as unknown as Record<string, Call>
  for (const method of OF_HANDLES.split(' ')) {
    const call = methods[method]?.bind(handle)
    if (!call) continue
    const wrapped = failing(method, (_, ...args) => call(...args), rejected)
    methods[method] = (...args) => wrapped(handle.fd, ...args)
  }
  opened.add(handle.fd)
  return handle
}

const opening = async (handle: Promise<fs.promises.FileHandle>): Promise<fs.promises.FileHandle> =>
  handleOf(await handle)

const sync = fs as unknown as Record<string, Call>
const promises = fs.promises as unknown as Record<string, Call>
for (const name of NAMES.split(' ')) {
  const keep = (result: unknown, [file]: readonly unknown[]): unknown => {
    if (name === 'open') opened.add(result)
    if (name === 'close') opened.delete(file)
    return result
  }
  const own = (call: Call | undefined): Call => call as Call
  const syncName = `${name}Sync`
  if (sync[syncName]) {
    const wrapped = failing(name, own(sync[syncName]), raise, keep)
    const {native} = sync[syncName] as Call & {native?: Call}
    sync[syncName] = Object.assign(wrapped, native && {native: failing(name, native, raise)})
  }
  if (promises[name])
    promises[name] = failing(name, own(promises[name]), rejected, (result) =>
      name === 'open' ? opening(result as Promise<fs.promises.FileHandle>) : result,
    )
  if (sync[name]) {
    const {native, ...rest} = sync[name] as Call & {native?: Call}
    const tell = (error: Error, args: readonly unknown[]): void => process.nextTick(args.at(-1) as Call, error)
    sync[name] = Object.assign(
      failing(name, own(sync[name]), tell),
      rest,
      native && {native: failing(name, native, tell)},
    )
  }
}
syncBuiltinESMExports()
