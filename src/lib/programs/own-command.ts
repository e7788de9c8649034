import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import type {Runtime} from '../base/runtime.ts'
import {findPrograms, lookUpProgram, realPath, type Lookup} from './find-programs.ts'
import {startedBy, whyNotRunnable} from './program-file.ts'

/**
 * The path by which kubectl can start this very program, also later.
 *
 * @returns else why there is none, as the end of a sentence about this program
 */
export const ownCommand = (runtime: Runtime): Lookup => {
  const program = linkInPath(runtime) ?? runtime.program
  const whyNot = whyTemporary(program)
  if (whyNot !== undefined) return {why: whyNot}
  const path = runtime.platform === 'win32' && /\.[cm]?js$/.test(program) ? shimOf(program) : program
  if (path === undefined) return {why: `is ${program}, which has no .cmd beside it`}
  const found = lookUpProgram(path, runtime)
  const why = 'path' in found ? whyNotRunnable(path, runtime) : found.why
  return why === undefined ? {path} : {why: `is ${program}, which ${why}`}
}

/** krew, Homebrew and others keep each version in a directory of its own, behind a link that stays. */
const linkInPath = (runtime: Runtime): string | undefined => {
  const self = realPath(runtime.program)
  return ['kubectl-ack_ram_tool', 'ack-ram-tool']
    .flatMap((name) => findPrograms(name, runtime))
    .find((path) => realPath(path) === self && !isOfNpmRun(path) && whyTemporary(path) === undefined)
}

/** Where npm puts what starts a package's program on Windows: beside node_modules for a global package, else within. */
const shimOf = (launcher: string): string | undefined => {
  const modules = dirname(dirname(dirname(launcher)))
  const shims = [join(dirname(modules), 'ack-ram-tool.cmd'), join(modules, '.bin', 'ack-ram-tool.cmd')]
  return shims.find((shim) => startedBy(shim).some((file) => realPath(file) === realPath(launcher)))
}

/** Caches from which npx, pnpm, Yarn and Bun run a package once. */
const RUN_ONCE = /[/\\](_npx|dlx|dlx-[^/\\]*|bunx-[^/\\]*)[/\\]/

/**
 * Why a program will not stay where it is.
 *
 * @returns the end of a sentence about it; undefined if nothing speaks against it
 */
const whyTemporary = (path: string): string | undefined => {
  const files = [path, realPath(path)]
  if (files.some((file) => RUN_ONCE.test(file))) return `runs from a cache that is emptied again (${path})`
  const temporary = [tmpdir(), '/tmp', '/var/tmp', '/dev/shm'].flatMap((dir) => [dir, realPath(dir)])
  return files.some((file) => temporary.some((dir) => file.startsWith(join(dir, '/'))))
    ? `runs from a directory for temporary files (${path})`
    : undefined
}

/** Whether a program is in PATH only while npm or npx runs something: each puts such a directory before the others. */
export const isOfNpmRun = (path: string): boolean => /[/\\]node_modules[/\\]\.bin[/\\]/.test(path)
