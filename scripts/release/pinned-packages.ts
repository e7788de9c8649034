/**
 * The packages that an installation brings, each of one version with its hash: npm-shrinkwrap.json, which npm honours in a
 * package, while it ignores package-lock.json there. It exists only while the package is made. This writes it; with
 * `--remove` it takes it away.
 */
import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {argv} from 'node:process'
import {fileURLToPath} from 'node:url'

/** An entry of package-lock.json. */
export interface LockedPackage {
  readonly version: string
  readonly license?: string
  readonly integrity?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly inBundle?: boolean
}

export interface Lock {
  /** By their places, such as `node_modules/debug`; the package itself by an empty text. */
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** The lock file of a package. */
export const readLock = async (root: string): Promise<Lock> =>
  JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock

/** What is left of a lock file for those who install the package. */
export const withoutDevelopment = (lock: Lock): Lock => {
  const {devDependencies: _, ...own} = lock.packages[''] as LockedPackage & {readonly devDependencies?: unknown}
  const installed = Object.entries(lock.packages).filter(([place, {dev}]) => place !== '' && dev !== true)
  return {...lock, packages: {'': own, ...Object.fromEntries(installed)}}
}

const fileOf = (root: string): string => join(root, 'npm-shrinkwrap.json')

export const writePinnedPackages = async (root: string): Promise<void> =>
  writeFile(fileOf(root), `${JSON.stringify(withoutDevelopment(await readLock(root)), undefined, 2)}\n`)

export const removePinnedPackages = (root: string): Promise<void> => rm(fileOf(root), {force: true})

if (argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  await (argv.includes('--remove') ? removePinnedPackages(root) : writePinnedPackages(root))
}
