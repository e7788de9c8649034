/**
 * Runs tests on the program as it ships, for CI: those that are about processes, or with `--rest` the others that drive
 * the program, which `npm run coverage` has run on a program that counts.
 */
import {ABOUT_PROCESSES, runMocha} from './run-mocha.ts'

runMocha(
  process.argv.includes('--rest')
    ? {specs: ['test/cli/**/*.test.ts'], ignored: ABOUT_PROCESSES}
    : {specs: ABOUT_PROCESSES},
)
