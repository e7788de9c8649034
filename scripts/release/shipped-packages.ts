import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {readLock} from './pinned-packages.ts'

/** A package of others, some of whose code is in what users get. */
export interface ShippedPackage {
  /** From the root of the project, such as `node_modules/debug`. */
  readonly place: string
  readonly name: string
  readonly version: string
  /** An SPDX expression. */
  readonly license: string
  /** SHA-512 of its tarball, in hexadecimal. */
  readonly sha512: string
  /** Whether it is installed beside the npm package, part of its bundles, both, or the runtime of the executables. */
  readonly as: readonly ('installed' | 'bundled' | 'runtime')[]
}

/** Places of packages that the bundles hold code of. The npm package leaves it out. */
const BUNDLED = 'dist/bundled.json'
const RUNTIME = 'node_modules/bun'
/** What packages call a licence that has an identifier of SPDX. */
const OTHER_NAMES: Readonly<Record<string, string>> = {'Apache License 2.0': 'Apache-2.0'}

/**
 * Every package that is shipped, by the build that has been made, in the order of their places.
 *
 * @throws Error where there is no build, and where a package names no licence
 */
export const shippedPackages = async (root: string): Promise<readonly ShippedPackage[]> => {
  const bundled = new Set(JSON.parse(await readFile(join(root, BUNDLED), 'utf8')) as readonly string[])
  const {packages} = await readLock(root)
  return Object.entries(packages).flatMap(([place, {version, license, integrity, dev}]): readonly ShippedPackage[] => {
    const ways = {installed: dev !== true && place !== '', bundled: bundled.has(place), runtime: place === RUNTIME}
    const as = (['installed', 'bundled', 'runtime'] as const).filter((way) => ways[way])
    if (as.length === 0) return []
    const name = place.replace(/^.*node_modules\//, '')
    if (license === undefined) throw new Error(`${name} ${version} names no licence`)
    const sha512 = Buffer.from((integrity ?? '').replace('sha512-', ''), 'base64').toString('hex')
    return [{place, name, version, license: OTHER_NAMES[license] ?? license, sha512, as}]
  })
}

/**
 * Writes which packages the bundles hold, and the licences of all that are shipped.
 *
 * @param inputs - the files that the bundles were made of
 */
export const writeNotices = async (root: string, inputs: readonly string[]): Promise<void> => {
  const bundled = new Set(inputs.flatMap((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))
  await writeFile(join(root, BUNDLED), `${JSON.stringify([...bundled].toSorted(), undefined, 2)}\n`)
  const notices: string[] = []
  for (const {place, name, version, license, as} of await shippedPackages(root)) {
    const text = as.includes('runtime') ? OF_RUNTIME : await licenseText(join(root, place))
    notices.push(`${name} ${version} (${license})\n\n${text}\n`)
  }
  await writeFile(join(root, 'dist/THIRD_PARTY_LICENSES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`))
}

const OF_RUNTIME = `The standalone executables hold it, and with it JavaScriptCore and parts of WebKit (LGPL-2.1) and other libraries.
Their licences, and how to link it anew with another JavaScriptCore: https://bun.com/docs/project/license
Source: https://github.com/oven-sh/bun and https://github.com/oven-sh/WebKit`

const licenseText = async (dir: string): Promise<string> => {
  const file = (await readdir(dir)).toSorted().find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  return file === undefined
    ? 'The package has no file of its licence.'
    : (await readFile(join(dir, file), 'utf8')).trim()
}
