import {execFileSync, spawn} from 'node:child_process'
import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {once} from 'node:events'

import {expect} from 'chai'

import {
  readUserFile,
  UntrustedFile,
  UnusableFile,
  whyUnreadable,
} from '../../../../src/lib/base/files/read-user-file.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'

const KIB = 1024
const onPosix = process.platform === 'win32' ? it.skip : it

describe('a file that a user names', () => {
  let home: TestHome

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const limits = {maxBytes: 4 * KIB, waitMs: 100}
  const read = (path: string, given = limits): string => readUserFile(path, given).toString('utf8')

  const complaintOf = (path: string, given = limits): string => {
    try {
      readUserFile(path, given)
    } catch (error) {
      return whyUnreadable(error)
    }
    throw new Error(`${path} was read`)
  }

  const makePipe = (): string => {
    const path = join(home.dir, 'pipe')
    execFileSync('mkfifo', ['-m', '600', path])
    return path
  }

  /** Runs a shell that has opened what it writes to when this returns. */
  const write = async (script: string): Promise<() => void> => {
    const shell = spawn('sh', ['-c', script], {stdio: ['pipe', 'ignore', 'inherit']})
    await once(shell, 'spawn')
    return () => shell.kill()
  }

  it('is read whole, whatever its length', async () => {
    for (const length of [0, 1, 4 * KIB]) {
      const path = await home.write('file', 'x'.repeat(length))
      expect(read(path)).to.have.length(length)
      expect(read(path, {...limits, waitMs: 0})).to.have.length(length)
    }
    const long = await home.write('long', 'x'.repeat(300 * KIB))
    expect(read(long, {maxBytes: 300 * KIB, waitMs: 0})).to.have.length(300 * KIB)
  })

  it('is refused when it is larger than its kind may be', async () => {
    const path = await home.write('file', 'x'.repeat(4 * KIB + 1))
    expect(() => read(path))
      .to.throw(UnusableFile, 'it is larger than 4 KiB')
      .with.property('isTooLarge', true)
    const long = await home.write('long', 'x'.repeat(3 * KIB * KIB))
    expect(complaintOf(long, {maxBytes: 2 * KIB * KIB, waitMs: 0})).to.equal('it is larger than 2 MiB')
  })

  it('is told by the code of the system when it is missing or a directory', async () => {
    expect(complaintOf(join(home.dir, 'missing'))).to.equal('ENOENT')
    await mkdir(join(home.dir, 'dir'))
    expect(complaintOf(join(home.dir, 'dir'))).to.equal('EISDIR')
  })

  onPosix('may be a pipe, whose writer comes at once, later, or bit by bit', async () => {
    const pipe = makePipe()
    for (const script of [
      `printf 'the content' > '${pipe}'`,
      `sleep 0.05; printf 'the content' > '${pipe}'`,
      `{ printf 'the '; sleep 0.05; printf content; } > '${pipe}'`,
    ]) {
      const stop = await write(script)
      expect(read(pipe, {...limits, waitMs: 10_000})).to.equal('the content')
      stop()
    }
  })

  onPosix('may be a process substitution, also an empty one, which is not waited for', () => {
    const script = `
      import {readUserFile} from ${JSON.stringify(new URL('../../../../src/lib/base/files/read-user-file.ts', import.meta.url).href)}
      const contents = process.argv.slice(1).map((path) => readUserFile(path, {maxBytes: 99, waitMs: 60_000}).toString())
      console.log(JSON.stringify(contents))`
    const substitutions = '<(printf "the content") <(sleep 0.05; printf slow) <(true)'
    const command = `exec '${process.execPath}' --import tsx/esm --input-type=module -e "$SCRIPT" ${substitutions}`
    const answer = execFileSync('bash', ['-c', command], {env: {...process.env, SCRIPT: script}, timeout: 30_000})
    expect(JSON.parse(answer.toString())).to.deep.equal(['the content', 'slow', ''])
  })

  onPosix('is given up when it is a pipe that nobody writes to or closes', async () => {
    const pipe = makePipe()
    expect(complaintOf(pipe)).to.equal('it is a named pipe, and nothing was written to it within 0.1 s')
    expect(complaintOf(pipe, {...limits, waitMs: 99.9949930000003})).to.match(/within 0\.1 s$/)
    expect(complaintOf(pipe, {...limits, waitMs: 0})).to.equal('it is a named pipe, not a file')
    const stop = await write(`{ printf 'not all'; exec sleep 60; } > '${pipe}'`)
    expect(complaintOf(pipe, {...limits, waitMs: 500})).to.equal('it is a named pipe, and did not end within 0.5 s')
    stop()
  })

  onPosix('is given up when it is a pipe or a device that never ends', async () => {
    const stop = await write(`exec yes > '${makePipe()}'`)
    expect(complaintOf(join(home.dir, 'pipe'), {...limits, waitMs: 10_000})).to.equal('it is larger than 4 KiB')
    stop()
    expect(complaintOf('/dev/zero')).to.equal('it is larger than 4 KiB')
    expect(read('/dev/null')).to.equal('')
  })

  onPosix('may be refused for what it is, before it is read', async () => {
    const path = await home.write('file', 'x')
    const given: number[] = []
    const refuse = (status: {readonly size: number}): string => {
      given.push(status.size)
      return 'it is not liked'
    }
    expect(() => readUserFile(path, {...limits, distrust: refuse})).to.throw(UntrustedFile, 'it is not liked')
    expect(given).to.deep.equal([1])
    expect(read(path)).to.equal('x')
  })

  onPosix('is refused when it is a socket', async () => {
    const path = join(home.dir, 'socket')
    const server = createServer().listen(path)
    await once(server, 'listening')
    expect(complaintOf(path)).to.equal('it is a socket, not a file')
    server.close()
  })

  onPosix('is read through a link, and a named pipe behind a link is told as one', async () => {
    await writeFile(join(home.dir, 'file'), 'linked')
    await symlink('file', join(home.dir, 'link'))
    expect(read(join(home.dir, 'link'))).to.equal('linked')
    makePipe()
    await symlink('pipe', join(home.dir, 'link-to-pipe'))
    expect(complaintOf(join(home.dir, 'link-to-pipe'))).to.contain('it is a named pipe')
  })
})
