/** The signals by which a person, a terminal or a system ends a process: they end one that does not listen. */
export const TERMINATION_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
