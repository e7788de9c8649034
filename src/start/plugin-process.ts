/** The script of the process that `runPluginProcess` starts: it runs the program, and sends its answer back. */
import {narrowDebugVariable} from '../lib/base/debug-variable.ts'
import {processRuntime} from '../lib/base/runtime.ts'
import {withDefaults} from '../lib/defaults/config-files.ts'
import {parseCommandLine} from '../lib/cli/command-line.ts'
import {sendAnswersTo} from '../lib/cli/write-answer.ts'
import {installedPlugins} from '../lib/plugins/installed-plugins.ts'
import {reportProgressTo, tell} from '../lib/plugins/call-plugin.ts'
import {ALIVE_EVERY_MS, openProgress} from '../lib/plugins/progress.ts'
import {mainInSeparateProcess} from './main.ts'

// A plugin may put another function in its place.
const exit = process.exit.bind(process)

reportProgressTo(openProgress())
sendAnswersTo((answer) => tell({answer}))
setInterval(() => tell({alive: true}), ALIVE_EVERY_MS).unref()
const [, , launcher = '', ...argv] = process.argv
const runtime = processRuntime()
narrowDebugVariable(runtime.env)
const start = {
  argv,
  line: await withDefaults(parseCommandLine(argv), runtime),
  runtime,
  plugins: installedPlugins(runtime),
}
await mainInSeparateProcess(start, launcher)
// Whatever a plugin has left open: kubectl waits for this process.
tell({done: true})
exit()
