import type {Hook} from '@oclif/core/hooks'

import {asAckCommandClass} from '../lib/cli/ack-command.ts'
import {answerOpenQuestions} from '../lib/cli/ask-missing.ts'

/**
 * Runs before every command. For one that uses credentials it resolves the global options and the profile, and where
 * they leave a question open and a person is there, it asks and writes the answer into the command line as a flag. So
 * arguments, environment and exec info always tell all that a run depends on.
 */
const prerun: Hook.Prerun = async ({Command, argv, config}) => {
  const CommandClass = asAckCommandClass(Command)
  if (!CommandClass) return
  const answers = await answerOpenQuestions(new CommandClass(argv, config))
  // oclif hands the command this very array.
  const end = argv.indexOf('--')
  argv.splice(end === -1 ? argv.length : end, 0, ...answers)
}

export default prerun
