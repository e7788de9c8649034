import {isAbsolutePath} from './is-absolute-path.ts'
import {isTerminal} from './is-terminal.ts'

/** Environment variables by name. An empty value counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The outside of the process: environment, terminal, clock. It is passed as an argument, so that tests can replace it. */
export interface Runtime {
  readonly env: Environment
  readonly platform: NodeJS.Platform
  readonly arch: string
  /** Absolute; undefined where the environment names none: nothing is looked for or made in its place then. */
  readonly homeDir: string | undefined
  /** The version of this program, as in package.json. */
  readonly version: string
  /** The file that was started: the launcher, or the standalone executable. Absolute; of the launcher with its links. */
  readonly program: string
  /** Whether a person can type an answer. */
  readonly stdinIsTerminal: boolean
  /** Whether a person reads the output as it is written. */
  readonly stdoutIsTerminal: boolean
  /** Whether a person can read a question. */
  readonly stderrIsTerminal: boolean
  readonly now: () => Date
  /** A fresh value that no other call returns, here or elsewhere: 32 lowercase hex digits. Not a secret. */
  readonly nonce: () => string
}

/** As in package.json: the bundler puts it in. */
declare const PACKAGE_VERSION: string
/** Put in by the build of the standalone executable alone. */
declare const BUILT_STANDALONE: boolean

/** Whether this is the standalone executable, which brings its engine along. */
export const isStandalone = (): boolean => typeof BUILT_STANDALONE !== 'undefined' && BUILT_STANDALONE

/** The runtime of the real process: the only reader of `process.env`, the clock and the terminals. */
export const processRuntime = (): Runtime => ({
  // oxlint-disable-next-line node/no-process-env -- the one place where the environment comes in
  env: process.env,
  platform: process.platform,
  arch: process.arch,
  get homeDir() {
    // oxlint-disable-next-line node/no-process-env -- the one place where the environment comes in
    const {HOME, USERPROFILE} = process.env
    return absoluteHome(process.platform === 'win32' ? USERPROFILE : HOME)
  },
  version: typeof PACKAGE_VERSION === 'undefined' ? 'unbundled' : PACKAGE_VERSION,
  get program() {
    return isStandalone() ? process.execPath : (process.argv[1] ?? '')
  },
  get stdinIsTerminal() {
    return isTerminal(0)
  },
  get stdoutIsTerminal() {
    return isTerminal(1)
  },
  get stderrIsTerminal() {
    return isTerminal(2)
  },
  now: () => new Date(),
  nonce: () => Array.from({length: 4}, randomWord).join(''),
})

/** A relative one would be another directory in each working directory. */
const absoluteHome = (home = ''): string | undefined => (isAbsolutePath(home) ? home : undefined)

// A nonce has to be unique, not hard to guess, and to load Web Crypto takes several milliseconds.
const randomWord = (): string =>
  Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
