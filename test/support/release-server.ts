import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {makeArchive, sumOf, sumsFile} from '../../scripts/release/archives.ts'
import {TARGETS} from '../../scripts/release/targets.ts'
import {answering, listenOnLoopback} from '../local-cloud/loopback-server.ts'

/** A release whose executables are a script, as files and on a server of this machine. */
export interface TestRelease {
  /** The directory of the archives and SHA256SUMS. */
  readonly files: string
  /** An empty directory. */
  readonly home: string
  readonly url: string
  readonly close: () => Promise<void>
}

export const startRelease = async (script: string): Promise<TestRelease> => {
  const dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-release-'))
  const files = join(dir, 'files with spaces')
  const home = join(dir, 'home')
  await mkdir(files)
  await mkdir(home)
  const program = join(dir, 'program')
  await writeFile(program, script)
  await chmod(program, 0o755)
  const archives = await Promise.all(TARGETS.map((target) => makeArchive(target, program, files)))
  const sums = new Map<string, string>()
  for (const archive of archives) sums.set(archive, await sumOf(join(files, archive)))
  await writeFile(join(files, 'SHA256SUMS'), sumsFile(sums))
  const server = createServer(
    answering(async ({url = ''}, response) => {
      const content = await readFile(join(files, url.slice(1))).catch(() => undefined)
      if (content) response.end(content)
      else response.writeHead(404).end()
    }),
  )
  const {port, close} = await listenOnLoopback(server)
  return {
    files,
    home,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await close()
      await rm(dir, {recursive: true, force: true})
    },
  }
}
