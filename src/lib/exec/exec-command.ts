/** Whether the first two words of a command line are a command that kubectl runs to get a credential. */
export const isExecCommand = (topic: unknown, name: unknown): boolean =>
  topic === 'credential-plugin' && (name === 'get-token' || name === 'get-credential')
