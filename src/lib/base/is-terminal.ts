/** Whether an open file is a terminal. (Loaded on use: `node:tty` loads all of `node:net`.) */
export const isTerminal = (fd: number): boolean => process.getBuiltinModule('node:tty').isatty(fd)
