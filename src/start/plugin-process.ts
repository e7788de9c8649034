/** Runs in the process that `runApart` starts: the program, watched, with its answer on a file descriptor of its own. */
import {sendAnswersTo} from '../lib/cli/write-answer.ts'
import {keepOwnDebugWords} from '../lib/base/debug-variable.ts'
import {ANSWER_FD, PROGRESS_FD} from '../lib/plugins/watched-process.ts'
import {beWatched, tell} from '../lib/plugins/call-plugin.ts'
import {processRuntime} from '../lib/base/runtime.ts'
import {mainApart} from './main.ts'

beWatched(PROGRESS_FD)
sendAnswersTo(ANSWER_FD, () => tell({answered: true}))
// oxlint-disable-next-line node/no-process-env -- before anything reads it
keepOwnDebugWords(process.env)
const [, , launcher = '', version = '', ...argv] = process.argv
await mainApart(argv, launcher, processRuntime(version))
