/** The variable that has a {@link FilePlan} as JSON. */
export const FAULT_VARIABLE = 'ACK_RAM_TOOL_TEST_FILE_FAULT'

/** What a step can fail with; `KILL` ends the process in the middle of it. */
export const FILE_FAULTS = ['ENOSPC', 'EIO', 'EACCES', 'EROFS', 'EXDEV', 'EBUSY', 'EDQUOT', 'EPERM'] as const
export type FileFault = (typeof FILE_FAULTS)[number] | 'KILL'

/** Which step of a run's work with files fails. */
export interface FilePlan {
  /** A number of the run's own, since one process runs many. */
  readonly run: number
  /** Paths of the directories whose files are meant. */
  readonly roots: readonly string[]
  /** A number, the first step being 1; or a pattern for the first one that it fits, such as `^writeFile .*lock`. */
  readonly at: number | string
  readonly code: FileFault
  /** Whether what changes something fails from then on, as on a disk that is full or broken. */
  readonly lasts: boolean
  /** The file that tells which step has failed; it is not made if the run has fewer. */
  readonly report: string
}
