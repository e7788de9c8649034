import {chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {makeArchive, writeSums} from '../../scripts/release/archives.ts'
import {TARGETS} from '../../scripts/release/targets.ts'
import {answering, listenOnLoopback} from '../local-cloud/loopback-server.ts'
import {dirOfProgram} from './bundle-program.ts'

/** A release whose executables are a script, as files and on a server of this machine. */
export interface TestRelease {
  /** The directory of the archives and SHA256SUMS. */
  readonly files: string
  /** An empty directory. */
  readonly home: string
  readonly url: string
  readonly close: () => Promise<void>
}

/** Directories of archives and SHA256SUMS, by the script that is in them: to make them takes a second. */
const made = new Map<string, Promise<string>>()

const make = (script: string): Promise<string> => {
  const making = makeRelease(script)
  made.set(script, making)
  return making
}

const makeRelease = async (script: string): Promise<string> => {
  const dir = await dirOfProgram()
  const program = join(dir, 'program')
  const files = join(dir, 'files')
  await mkdir(files)
  await writeFile(program, script)
  await chmod(program, 0o755)
  await Promise.all(TARGETS.map((target) => makeArchive(target, program, files)))
  await writeSums(files)
  return files
}

export const startRelease = async (script: string): Promise<TestRelease> => {
  const dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-release-'))
  const files = join(dir, 'files with spaces')
  const home = join(dir, 'home')
  await mkdir(files)
  await mkdir(home)
  await cp(await (made.get(script) ?? make(script)), files, {recursive: true})
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
