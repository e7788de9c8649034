import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * What is about processes, files and what is published: here V8 must not count, since that takes time of each process, and
 * leaves a file.
 */
export const ABOUT_PROCESSES = [
  'test/cli/faults/crowds.test.ts',
  'test/cli/faults/files.test.ts',
  'test/cli/help-examples.test.ts',
  'test/cli/kubeconfig-file-systems.test.ts',
  'test/cli/kubectl.test.ts',
  'test/cli/no-home.test.ts',
  'test/cli/rbac-process.test.ts',
  'test/cli/rrsa-process.test.ts',
  'test/cli/surroundings.test.ts',
  'test/fuzz/*.test.ts',
  'test/release/*.test.ts',
  'test/start/*.test.ts',
  'test/support/*.test.ts',
] as const

/** Which tests are run, by their paths. */
export interface Selection {
  readonly specs: readonly string[]
  readonly ignored?: readonly string[]
  /** A module that is loaded before them. */
  readonly required?: string
  /** What they are told, beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs some of the tests instead of those that package.json names, and fails when one of them does. All processes that run
 * tests have ended then.
 */
export const runMocha = async ({specs, ignored = [], required, env = {}}: Selection): Promise<void> => {
  const args = [
    'node_modules/mocha/bin/mocha.js',
    '--no-package',
    '--node-option=import=tsx/esm',
    '--reporter=test/support/reporter.cjs',
    '--timeout=60000',
    '--parallel',
    '--jobs=2',
    '--exit',
    ...(required === undefined ? [] : [`--require=${required}`]),
    ...ignored.map((path) => `--ignore=${path}`),
    ...specs,
  ]
  const mocha = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, ...env},
  })
  mocha.stdout.pipe(process.stdout, {end: false})
  // Not before the last process has closed it.
  const [status] = (await once(mocha, 'close')) as [number | null]
  process.exitCode = status ?? 1
}
