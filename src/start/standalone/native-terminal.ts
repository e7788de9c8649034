/**
 * Takes the place of base/is-terminal.ts in the standalone executable: what Bun's `node:tty` asks itself, which takes 2 ms
 * to load.
 */
type TerminalBinding = (name: 'tty_wrap') => {readonly isTTY: (fd: number) => boolean}

/** As in base/is-terminal.ts. */
export const isTerminal = (fd: number): boolean =>
  (process as unknown as {readonly binding: TerminalBinding}).binding('tty_wrap').isTTY(fd)
