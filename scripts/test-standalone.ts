/** Runs the tests that drive the program against the standalone executable of this machine. */
import {fileURLToPath} from 'node:url'

import {runMocha} from './run-mocha.ts'

const ending = process.platform === 'win32' ? '.exe' : ''
const name = `ack-ram-tool-${process.platform}-${process.arch}${ending}`
await runMocha({
  specs: ['test/cli/**/*.test.ts'],
  env: {ACK_RAM_TOOL_TEST_EXECUTABLE: fileURLToPath(new URL(`../standalone/${name}`, import.meta.url))},
})
