import {narrowDebugVariable} from '../lib/base/debug-variable.ts'
import {hiddenVariables, type HiddenVariables} from '../lib/base/given-environment.ts'
import {processRuntime, type Runtime} from '../lib/base/runtime.ts'
import {asOwnCommand, parseCommandLine, type CommandLine} from '../lib/cli/command-line.ts'
import {isBrokenPipe, writeAnswer} from '../lib/cli/write-answer.ts'
import {withDefaults} from '../lib/defaults/config-files.ts'
import {WORDS_ELSEWHERE} from '../lib/options/command-definitions.ts'
import {hasPlugins, installedPlugins, type PluginList} from '../lib/plugins/installed-plugins.ts'
import {runExecLane, type LaneEnding} from './exec-lane.ts'
import {disableReports} from './no-reports.ts'
import {prebuiltHelp, type ReadHelp} from './prebuilt-help.ts'

/** What a run is started with, read once. */
export interface Start {
  /** Arguments without the program's own name. */
  readonly argv: readonly string[]
  readonly line: CommandLine
  readonly runtime: Runtime
  /** The third-party plugins that the user has installed. */
  readonly plugins: PluginList
  /** What this process has hidden of its environment: the program with oclif is another bundle, and knows nothing of it. */
  readonly hidden?: HiddenVariables
}

/** The package that is started. */
export interface Installation {
  /** Path of a file in it, from which oclif finds its configuration. */
  readonly launcher: string
  readonly readHelp: ReadHelp
  /** Loads the program with oclif. */
  readonly loadFull: () => Promise<{readonly main: (start: Start, launcher: string) => Promise<void>}>
}

/**
 * Starts the program: what kubectl waits for in the exec lane, version and help from texts made before, all else with oclif.
 *
 * @returns how it has ended; undefined for a run with oclif, which ends by itself
 */
export const start = async ({launcher, readHelp, loadFull}: Installation): Promise<LaneEnding | undefined> => {
  const argv = process.argv.slice(2)
  // Completion scripts that the Go tool wrote ask in this way: they get no answer, and no error.
  if (argv[0]?.startsWith('__complete')) return {exitCode: 0, way: 'completion'}
  const runtime = processRuntime()
  disableReports(runtime)
  const given = namesOtherCommand(argv) ? await readWithAllCommands(argv) : parseCommandLine(argv)
  const line = await withDefaults(given, runtime)
  const plugins = installedPlugins(runtime)
  if (!hasPlugins(plugins)) {
    const own = asOwnCommand(line)
    const ending = own && (await runExecLane(own, runtime))
    if (ending) return ending
    const help = await prebuiltHelp(argv, runtime, readHelp)
    if (help !== undefined) return {exitCode: await showHelp(help, line, runtime), way: 'help'}
  }
  // Before anything is loaded that reads it.
  narrowDebugVariable(runtime.env)
  const {main} = await loadFull()
  await main({argv, line, runtime, plugins, hidden: hiddenVariables(runtime.env)}, launcher)
  return undefined
}

/** One of their words may also be the value of a flag: then they are loaded in vain, and nothing else changes. */
const namesOtherCommand = (argv: readonly string[]): boolean => {
  for (const argument of argv) for (const word of argument.split(':')) if (WORDS_ELSEWHERE.includes(word)) return true
  return false
}

const readWithAllCommands = async (argv: readonly string[]): Promise<CommandLine> => {
  const {ALL_COMMAND_OPTIONS} = await import('../lib/options/all-commands.ts')
  return parseCommandLine(argv, ALL_COMMAND_OPTIONS)
}

const showHelp = async (text: string, {flags, defaults}: CommandLine, {env}: Runtime): Promise<number> => {
  try {
    await writeAnswer(text)
    return 0
  } catch (error) {
    const {reportFailure} = await import('../lib/cli/report-error.ts')
    // A pager that was closed has seen enough.
    return isBrokenPipe(error) ? 0 : reportFailure(error, flags, env, defaults)
  }
}
