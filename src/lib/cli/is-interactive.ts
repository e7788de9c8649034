import type {Invocation} from '../use-cases/invocation.ts'

/**
 * Whether the program may prompt: stdin and stderr are a terminal, kubectl (if it is the caller) leaves stdin to the
 * plugin, and `--assume-yes` is not set.
 */
export const isInteractive = ({
  runtime,
  options,
  execInfo,
}: Pick<Invocation, 'runtime' | 'options' | 'execInfo'>): boolean =>
  !options.assumeYes && (execInfo?.interactive ?? true) && runtime.stdinIsTerminal && runtime.stderrIsTerminal
