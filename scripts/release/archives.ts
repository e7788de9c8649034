import {createHash} from 'node:crypto'
import {chmod, copyFile, cp, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {zipSync} from 'fflate'
import {create} from 'tar'

import {ROOT} from './release.ts'
import {archiveOf, commandOf, type Target} from './targets.ts'

/** The same files make the same archive, whenever and wherever it is made. */
const TIME = new Date('2020-01-01T00:00:00Z')
const EXECUTABLE = 0o755
const TEXT = 0o644
/** The licences of packages whose code is in the executable. */
export const NOTICES = 'THIRD_PARTY_LICENSES.txt'

/**
 * Makes the archive of a target: the executable, as the user calls it, the license, those of others' packages, and but for
 * Windows the man pages, which the build has made.
 *
 * @param executable - its path
 * @param outdir - for the archive
 * @returns the name of the archive
 */
export const makeArchive = async (target: Target, executable: string, outdir: string): Promise<string> => {
  const archive = archiveOf(target)
  const license = join(ROOT, 'LICENSE')
  const notices = join(ROOT, 'dist', NOTICES)
  if (archive.endsWith('.zip')) {
    // Of the kind that a Unix made, whose modes are kept.
    const entry = (mode: number): object => ({mtime: TIME, os: 3, attrs: mode << 16, level: 9})
    const files = {
      [commandOf(target)]: [new Uint8Array(await readFile(executable)), entry(EXECUTABLE)],
      'LICENSE.txt': [new Uint8Array(await readFile(license)), entry(TEXT)],
      [NOTICES]: [new Uint8Array(await readFile(notices)), entry(TEXT)],
    } as const
    await writeFile(join(outdir, archive), zipSync(files as unknown as Parameters<typeof zipSync>[0]))
    return archive
  }
  const dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-archive-'))
  try {
    await copyFile(executable, join(dir, commandOf(target)))
    await copyFile(license, join(dir, 'LICENSE'))
    await copyFile(notices, join(dir, NOTICES))
    await cp(join(ROOT, 'man'), join(dir, 'man'), {recursive: true})
    const pages = (await readdir(join(dir, 'man'))).toSorted().map((name) => `man/${name}`)
    const names = [commandOf(target), 'LICENSE', NOTICES, ...pages]
    // Who builds may have a umask.
    for (const name of names) await chmod(join(dir, name), name === commandOf(target) ? EXECUTABLE : TEXT)
    const gzip = {level: 9, portable: true}
    await create(
      {
        file: join(outdir, archive),
        cwd: dir,
        gzip,
        portable: true,
        mtime: TIME,
      },
      names,
    )
  } finally {
    await rm(dir, {recursive: true, force: true})
  }
  return archive
}

/** SHA-256 of a file, in hexadecimal. */
export const sumOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** SHA256SUMS as sha256sum reads it. */
export const sumsFile = (sums: ReadonlyMap<string, string>): string =>
  [...sums].map(([file, sum]) => `${sum}  ${file}\n`).join('')
