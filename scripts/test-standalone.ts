/** Runs the tests that drive the program against the standalone executable of this machine. */
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const ending = process.platform === 'win32' ? '.exe' : ''
const {status} = spawnSync(
  process.execPath,
  [
    'node_modules/mocha/bin/mocha.js',
    // Of package.json, which names all tests, only what is said here.
    '--no-package',
    '--node-option=import=tsx/esm',
    '--reporter=test/support/reporter.cjs',
    '--timeout=60000',
    '--parallel',
    '--jobs=2',
    '--exit',
    'test/cli/**/*.test.ts',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ACK_RAM_TOOL_TEST_EXECUTABLE: `${root}standalone/ack-ram-tool-${process.platform}-${process.arch}${ending}`,
    },
  },
)
process.exitCode = status ?? 1
