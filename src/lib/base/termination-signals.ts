/** The signals that end a process which does not listen, and by which a person, a terminal or a system wants it to end. */
export const TERMINATION_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
