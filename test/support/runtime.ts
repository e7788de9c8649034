import type {Log} from '../../src/lib/base/log/log.ts'
import {processRuntime, type Runtime} from '../../src/lib/base/runtime.ts'

const NOW = new Date('2026-01-02T03:04:05.678Z')

/** A fresh nonce at each call, where files are written or locked: the real one. */
export const freshNonce = processRuntime().nonce

/** A runtime of a test's own: nothing of the real process but what the test gives. */
export const testRuntime = (given: Partial<Runtime> = {}): Runtime => ({
  env: {},
  platform: 'linux',
  arch: 'x64',
  homeDir: '/nowhere',
  version: '1.2.3',
  program: '/nowhere/bin/ack-ram-tool',
  stdinIsTerminal: false,
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  now: () => NOW,
  nonce: () => '0123456789abcdef0123456789abcdef',
  ...given,
})

/** A log that keeps its lines as `level: message`. */
export const recordingLog = (): Log & {readonly lines: string[]} => {
  const lines: string[] = []
  const at =
    (level: string) =>
    (message: string): void => {
      lines.push(`${level}: ${message}`)
    }
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    flush: () => Promise.resolve(),
  }
}
