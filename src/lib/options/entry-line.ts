import {isExecCommand} from '../exec/exec-command.ts'
import type {Flags} from './read-option.ts'

/** What a command line has, as far as it may be that of a kubeconfig's entry. */
export interface EntryLine {
  /** The words of the command, with a blank between them. */
  readonly command?: string | undefined
  readonly flags: Flags
}

/**
 * Whether kubectl runs this command line and it says by itself whose credentials are used, by a file or a type of
 * credentials, as the entries that we write do. One that shows what kubectl would get counts too.
 */
export const namesCredentials = ({command = '', flags}: EntryLine): boolean => {
  const [topic, name] = command.split(' ')
  if (!isExecCommand(topic, name) && flags['from-exec'] !== true) return false
  const {'profile-file': file, 'credential-type': type} = flags
  return Boolean(file) || (Boolean(type) && type !== 'auto')
}
