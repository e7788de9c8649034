import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {chmod, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'

import {removePinnedPackages, writePinnedPackages} from './pinned-packages.ts'

const EXECUTABLE = 0o755
const TEXT = 0o644
/** The one file of the package that is run. */
const LAUNCHER = 'bin/run.cjs'

/** A package for npm. */
export interface Packed {
  /** Path of the tarball. */
  readonly path: string
  /** In bytes. */
  readonly unpackedSize: number
}

/**
 * Packs what has been built. The modes of its files are set before, since npm copies them, and those of a clone follow the
 * umask of whoever made it. What an installation brings is pinned.
 *
 * @param root - of the package
 * @param outdir - for the tarball; it is made
 */
export const packPackage = async (root: string, outdir: string): Promise<Packed> => {
  await mkdir(outdir, {recursive: true})
  const isPinned = existsSync(join(root, 'package-lock.json'))
  try {
    if (isPinned) await writePinnedPackages(root)
    const [{files}] = await npmPack(root, '--dry-run')
    for (const {path} of files) await chmod(join(root, path), path === LAUNCHER ? EXECUTABLE : TEXT)
    const [{filename, unpackedSize}] = await npmPack(root, '--pack-destination', outdir)
    return {path: join(outdir, filename), unpackedSize}
  } finally {
    await removePinnedPackages(root)
  }
}

interface Said {
  readonly filename: string
  readonly unpackedSize: number
  readonly files: readonly {readonly path: string}[]
}

const npmPack = async (root: string, ...flags: readonly string[]): Promise<[Said]> =>
  JSON.parse(await npm(root, 'pack', '--json', '--ignore-scripts', ...flags)) as [Said]

/**
 * Runs npm.
 *
 * @returns what it prints
 * @throws Error where it fails
 */
export const npm = async (cwd: string, ...args: readonly string[]): Promise<string> => {
  const isWindows = process.platform === 'win32'
  const {stdout} = await promisify(execFile)(isWindows ? 'npm.cmd' : 'npm', [...args], {
    cwd,
    shell: isWindows,
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}
