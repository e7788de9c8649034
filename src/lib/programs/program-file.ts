import {existsSync, openSync, readSync} from 'node:fs'
import {basename, dirname, isAbsolute, resolve} from 'node:path'

import {closeQuietly} from '../base/files/close-quietly.ts'
import type {Runtime} from '../base/runtime.ts'
import {findPrograms} from './find-programs.ts'

/** More than a script has that only starts another file. */
const HEAD_BYTES = 4096
const CHUNK_BYTES = 4 * 1024 * 1024
/** Far above the size of any build of the Go tool. */
const MAX_BYTES = 256 * 1024 * 1024

/**
 * Why the system would not start a file that is executable: a script whose interpreter is missing, a shim whose program is
 * gone, or a text that is no script.
 *
 * @returns the end of a sentence about the file; undefined if nothing speaks against it
 */
export const whyNotRunnable = (path: string, runtime: Pick<Runtime, 'env' | 'platform'>): string | undefined => {
  const head = readHead(path)
  // A file may be executable without being readable.
  if (head === undefined) return undefined
  const gone = targetsOf(path, head)
  if (gone.length > 0 && !gone.some((target) => existsSync(target))) return `starts ${gone[0]}, which is gone`
  if (runtime.platform === 'win32') return undefined
  const first = head.toString('latin1').split('\n', 1)[0] ?? ''
  if (!first.startsWith('#!'))
    return holdsText(head) ? 'is neither a program nor a script that begins with #!' : undefined
  const [interpreter = '', ...words] = first.slice(2).trim().split(/\s+/)
  if (!existsSync(interpreter)) return `needs ${interpreter}, which is not there`
  const name = words.find((word) => !word.startsWith('-') && !word.includes('='))
  if (basename(interpreter) !== 'env' || name === undefined || findPrograms(name, runtime).length > 0) return undefined
  return `needs ${name}, which is not in PATH`
}

/**
 * The JavaScript files that a script starts, if it is one of those that npm, pnpm and people write to start a program.
 *
 * @returns absolute paths
 */
export const startedBy = (path: string): readonly string[] => targetsOf(path, readHead(path) ?? Buffer.alloc(0))

const targetsOf = (path: string, head: Buffer): readonly string[] => {
  const isScript = head.length < HEAD_BYTES && holdsText(head)
  // This program's own launcher quotes paths too.
  if (!isScript || /\.[cm]?js$/.test(path) || /^#!.*\bnode\b/.test(head.toString('latin1'))) return []
  const quoted = head.toString('utf8').matchAll(/"([^"\n]+\.[cm]?js)"|'([^'\n]+\.[cm]?js)'/g)
  return [...quoted].flatMap(([, double, single]) => {
    const target = (double ?? single ?? '').replace(/^(\$basedir|\$\{basedir\}|%~dp0|%dp0%)[\\/]*/, './')
    const isRelative = target.startsWith('./')
    return isRelative || isAbsolute(target) ? [resolve(dirname(path), target.replaceAll('\\', '/'))] : []
  })
}

const holdsText = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte >= 32 || (byte >= 8 && byte <= 13) || byte === 27)

const readHead = (path: string): Buffer | undefined => {
  try {
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(HEAD_BYTES)
      return head.subarray(0, readSync(file, head))
    } finally {
      closeQuietly(file)
    }
  } catch {
    return undefined
  }
}

/** ELF, PE and Mach-O, also with several architectures. */
const EXECUTABLE = /^(7f454c46|4d5a|cffaedfe|cafebabe)/

/** How Go names the main package in the build information of a program; joined here so that no file of ours holds it. */
const GO_TOOL = (): Buffer => Buffer.from(['path', 'github.com/AliyunContainerService/ack-ram-tool'].join('\t'))

/**
 * Whether a program is the Go tool of the same name, by the build information that Go's linker writes: it is not run.
 *
 * @returns false also for one that cannot be read
 * @see https://pkg.go.dev/debug/buildinfo
 */
export const isGoTool = (path: string): boolean => {
  const head = readHead(path)
  if (head === undefined || !EXECUTABLE.test(head.toString('hex', 0, 4))) return false
  try {
    return hasBytes(path, GO_TOOL())
  } catch {
    return false
  }
}

const hasBytes = (path: string, wanted: Buffer): boolean => {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    // Each chunk overlaps the one before, in case the words stand across two.
    for (let at = 0; at < MAX_BYTES; at += CHUNK_BYTES - wanted.length) {
      const count = readSync(file, chunk, 0, CHUNK_BYTES, at)
      if (chunk.subarray(0, count).includes(wanted)) return true
      if (count < CHUNK_BYTES) return false
    }
    return false
  } finally {
    closeQuietly(file)
  }
}
