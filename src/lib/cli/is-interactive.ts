import type {Invocation} from '../use-cases/invocation.ts'

/**
 * Whether someone can type and read here, kubectl (if it is the caller) leaves stdin to us, and nobody asked for
 * `--assume-yes`.
 */
export const isInteractive = ({
  runtime,
  options,
  execInfo,
}: Pick<Invocation, 'runtime' | 'options' | 'execInfo'>): boolean =>
  runtime.stdinIsTerminal && runtime.stderrIsTerminal && !options.assumeYes && (execInfo?.interactive ?? true)
