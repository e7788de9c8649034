/** Runs the tests that `npm run coverage` leaves out, for CI: those that are about processes. */
import {ABOUT_PROCESSES, runMocha} from './run-mocha.ts'

await runMocha({specs: ABOUT_PROCESSES})
