import {createHash} from 'node:crypto'
import {chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

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
  await makeTar(join(outdir, archive), async (dir) => {
    await copyFile(executable, join(dir, commandOf(target)))
    await copyFile(license, join(dir, 'LICENSE'))
    await copyFile(notices, join(dir, NOTICES))
    await cp(join(ROOT, 'man'), join(dir, 'man'), {recursive: true})
    const pages = (await readdir(join(dir, 'man'))).toSorted().map((name) => `man/${name}`)
    return new Map([
      [commandOf(target), EXECUTABLE],
      ...['LICENSE', NOTICES, ...pages].map((name): [string, number] => [name, TEXT]),
    ])
  })
  return archive
}

/**
 * Makes the archive of the files for package managers.
 *
 * @param contents - of the files, by their paths in it
 * @param outdir - for the archive
 * @returns the name of the archive
 */
export const makeManagersArchive = async (contents: ReadonlyMap<string, string>, outdir: string): Promise<string> => {
  const archive = 'package-managers.tar.gz'
  await makeTar(join(outdir, archive), async (dir) => {
    for (const [path, content] of contents) {
      await mkdir(dirname(join(dir, path)), {recursive: true})
      await writeFile(join(dir, path), content)
    }
    return new Map([...contents.keys()].map((path) => [path, TEXT]))
  })
  return archive
}

/** Makes an archive of the files that are laid into an empty directory, in the order and with the modes that come back. */
const makeTar = async (file: string, lay: (dir: string) => Promise<ReadonlyMap<string, number>>): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-archive-'))
  try {
    const modes = await lay(dir)
    // Who builds may have a umask.
    for (const [name, mode] of modes) await chmod(join(dir, name), mode)
    await create({file, cwd: dir, gzip: {level: 9, portable: true}, portable: true, mtime: TIME}, [...modes.keys()])
  } finally {
    await rm(dir, {recursive: true, force: true})
  }
}

/** SHA-256 of a file, in hexadecimal. */
export const sumOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

const SUMS = 'SHA256SUMS'

/**
 * Writes SHA256SUMS into a directory: of every file that is there, so that none can be published without its sum.
 *
 * @returns what it says
 */
export const writeSums = async (dir: string): Promise<string> => {
  const names = (await readdir(dir)).filter((name) => name !== SUMS).toSorted()
  const text = sumsFile(
    new Map(await Promise.all(names.map(async (name) => [name, await sumOf(join(dir, name))] as const))),
  )
  await writeFile(join(dir, SUMS), text)
  return text
}

/** SHA256SUMS as sha256sum reads it. */
export const sumsFile = (sums: ReadonlyMap<string, string>): string =>
  [...sums].map(([file, sum]) => `${sum}  ${file}\n`).join('')
