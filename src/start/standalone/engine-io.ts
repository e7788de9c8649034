/** Takes the place of base/files/engine-io.ts in the standalone executable: to load `node:fs` takes a fifth of a run. */

declare const Bun: {
  readonly file: (path: string) => {readonly lastModified: number}
  readonly stdout: object
  readonly write: (destination: object, text: string) => Promise<number>
}

/**
 * What Bun gives for the time of a file that does not exist. Images that are built reproducibly have files of the time 0,
 * and one before 1970 counts down from here: only its last millisecond is taken for no file.
 */
const NO_TIME = 2 ** 52 - 1

/** As in base/files/engine-io.ts. */
export const pathExists = (path: string): boolean => Bun.file(path).lastModified !== NO_TIME

/** As in base/files/engine-io.ts. */
export const writeStdout = async (text: string): Promise<void> => {
  await Bun.write(Bun.stdout, text)
}
