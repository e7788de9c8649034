/** The script of the process that `runPluginProcess` starts: it runs the program, with its answer on a file descriptor of its own. */
import {keepOwnDebugWords} from '../lib/base/debug-variable.ts'
import {processRuntime} from '../lib/base/runtime.ts'
import {parseCommandLine} from '../lib/cli/command-line.ts'
import {sendAnswersTo} from '../lib/cli/write-answer.ts'
import {installedPlugins} from '../lib/plugins/installed-plugins.ts'
import {beWatched, tell} from '../lib/plugins/call-plugin.ts'
import {ANSWER_FD, PROGRESS_FD} from '../lib/plugins/watched-process.ts'
import {mainInSeparateProcess} from './main.ts'

beWatched(PROGRESS_FD)
sendAnswersTo(ANSWER_FD, () => tell({answered: true}))
const [, , launcher = '', ...argv] = process.argv
const runtime = processRuntime()
keepOwnDebugWords(runtime.env)
const start = {argv, line: parseCommandLine(argv), runtime, plugins: installedPlugins(runtime)}
await mainInSeparateProcess(start, launcher)
