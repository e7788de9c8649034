import type {Hook} from '@oclif/core/hooks'

import {processRuntime} from '../lib/base/runtime.ts'
import {prepareCommand} from '../lib/cli/ack-command.ts'
import {refuseHomeOfOthers} from '../lib/cli/files-of-oclif.ts'

/** Runs before every command. For one that uses credentials it reads the options, and asks a person for what is missing. */
const prerun: Hook.Prerun = async ({Command, argv, config}) => {
  refuseHomeOfOthers(Command.id, config, processRuntime())
  await prepareCommand(Command, argv, config)
}

export default prerun
