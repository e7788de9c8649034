import {commandFirst, pflagToOclif, splitLongFlag} from '../lib/cli/command-line.ts'
import {certificateAnswer, tokenAnswer, type ExecAnswer} from '../lib/use-cases/answer-kubectl.ts'
import {isExecCommand} from '../lib/exec/exec-command.ts'
import {parseExecInfo} from '../lib/exec/exec-info.ts'
import type {Log} from '../lib/base/log/log.ts'
import {CERTIFICATE_OPTIONS, TOKEN_OPTIONS} from '../lib/options/command-definitions.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions} from '../lib/options/definitions.ts'
import {readGlobalOptions} from '../lib/options/global-options.ts'
import {hasUserPlugins} from '../lib/plugins/installed-plugins.ts'
import type {Flags} from '../lib/options/read-option.ts'
import type {Runtime} from '../lib/base/runtime.ts'
import {NotAtHand} from '../lib/cache/identity.ts'
import type {Invocation} from '../lib/use-cases/invocation.ts'

export interface LightAnswer {
  /** Text for stdout. */
  readonly text: string
  /** The command and the kind of its source: runs of one way need the same functions. */
  readonly way: string
}

/**
 * The answer of the two commands that kubectl waits for, in the plain case: flags that are known and well formed,
 * credentials that are at hand, nothing to ask, to log or to refuse. It is made of the same parts as the commands
 * themselves; only oclif is left out, which takes longer than all the rest.
 *
 * @param argv - arguments without the program's own name
 * @returns undefined when the command itself has to run: nothing has happened then
 */
export const lightAnswer = async (argv: readonly string[], runtime: Runtime): Promise<LightAnswer | undefined> => {
  // A debug log tells of every step.
  if (runtime.env['DEBUG']) return undefined
  const [topic, name = '', ...others] = commandFirst(argv)
  const command = isExecCommand(topic, name) ? COMMANDS[name] : undefined
  const flags = command && plainFlags(others, {...GLOBAL_OPTIONS, ...command.options})
  if (!command || !flags) return undefined
  if (hasUserPlugins(runtime)) return undefined
  try {
    const execInfo = parseExecInfo(runtime.env['KUBERNETES_EXEC_INFO'])
    const inputs = {flags, execInfo: execInfo?.clusterOptions ?? {}, env: runtime.env}
    const options = readGlobalOptions(inputs)
    if (options.logLevel === 'debug') return undefined
    const {text, source} = await command.answer({
      runtime,
      log: REFUSING_LOG,
      options,
      transport: refuse,
      isLight: true,
      inputs,
      execInfo,
    })
    return {text, way: `${name}, ${source.identity[0]?.[1] ?? ''}${source.isCostly ? ', kept' : ''}`}
  } catch {
    // Whatever it was, the command meets it again, and reports it.
    return undefined
  }
}

interface LightCommand {
  readonly options: OptionDefinitions
  readonly answer: (invocation: Invocation) => Promise<ExecAnswer>
}

const COMMANDS: Readonly<Record<string, LightCommand>> = {
  'get-token': {options: TOKEN_OPTIONS, answer: tokenAnswer},
  'get-credential': {options: CERTIFICATE_OPTIONS, answer: certificateAnswer},
}

/** The flags of a command line in which all is known, and written with its value. */
const plainFlags = (argv: readonly string[], definitions: OptionDefinitions): Flags | undefined => {
  const flags: Record<string, string | boolean | readonly string[]> = {}
  for (const argument of pflagToOclif(argv, definitions)) {
    const {name, value} = splitLongFlag(argument)
    const definition = argument.startsWith('--') && Object.hasOwn(definitions, name) ? definitions[name] : undefined
    if (!definition || (definition.kind === 'text') !== (value !== undefined)) return undefined
    // oclif has ideas of its own about these.
    if (value === '' || value?.startsWith('-') || value?.includes('\n')) return undefined
    // oclif looks at every flag, whoever reads it.
    if (definition.kind === 'text' && definition.values?.includes(value ?? '') === false) return undefined
    const before = flags[name]
    if (definition.kind === 'boolean') flags[name] = true
    else flags[name] = definition.isList ? [...(Array.isArray(before) ? before : []), value ?? ''] : (value ?? '')
  }
  return flags
}

const refuse = (): never => {
  throw new NotAtHand()
}

const nothing = (): void => {}

const REFUSING_LOG: Log = {debug: nothing, info: refuse, warn: refuse, error: refuse, flush: () => Promise.resolve()}
