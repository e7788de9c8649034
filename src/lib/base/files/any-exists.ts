import {pathExists} from './engine-io.ts'

/** Whether there is something at one of these paths at least. */
export const anyExists = (paths: readonly string[]): boolean => {
  for (const path of paths) if (pathExists(path)) return true
  return false
}
