/**
 * Makes what a release has, in release/, of the executables in standalone/: `files` are for the release page, with
 * SHA256SUMS; `package` is for npm; `image` is what the Dockerfile copies. Only the targets that were built are there with
 * `--host`, and then nothing for package managers, which need all.
 */
import {copyFile, mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {makeArchive, makeManagersArchive, sumOf, writeSums} from './archives.ts'
import {packPackage} from './pack.ts'
import {packageManagerFiles} from './package-managers.ts'
import {readProduct, ROOT} from './release.ts'
import {makeSbom} from './sbom.ts'
import {executableOf, TARGETS} from './targets.ts'

const isOfHost = process.argv.includes('--host')
const outdir = join(ROOT, 'release')
const files = join(outdir, 'files')
const executable = (name: string): string => join(ROOT, 'standalone', name)

await rm(outdir, {recursive: true, force: true})
await mkdir(files, {recursive: true})

const host = `${process.platform}-${process.arch}`
const targets = TARGETS.filter(({name}) => !isOfHost || name === host)
const archives = await Promise.all(
  targets.map((target) => makeArchive(target, executable(executableOf(target)), files)),
)
const sums = new Map<string, string>()
for (const archive of archives) sums.set(archive, await sumOf(join(files, archive)))

for (const target of targets.filter(({os, isMusl}) => os === 'linux' && isMusl !== true)) {
  const dir = join(outdir, 'image', target.arch)
  await mkdir(dir, {recursive: true})
  await copyFile(executable(executableOf(target)), join(dir, 'ack-ram-tool'))
}

await writeFile(join(files, 'ack-ram-tool.cdx.json'), await makeSbom(ROOT))
await copyFile(join(ROOT, 'install.sh'), join(files, 'install.sh'))
if (!isOfHost) await makeManagersArchive(packageManagerFiles({...(await readProduct()), sums}), files)
await packPackage(ROOT, join(outdir, 'package'))
// Last: the release has nothing that is not among the sums.
console.log(await writeSums(files))
