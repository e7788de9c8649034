import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {
  chmod,
  chown,
  copyFile,
  lchown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import {expect} from 'chai'

import {cachedFile, ENTRY, launchedPackage, PROGRAM, type LaunchedPackage} from '../support/launched-package.ts'
import {ALICE, envOf} from '../support/cluster-world.ts'
import {makeHome} from '../support/home.ts'
import {runCliProcess, runCrowd, STANDALONE} from '../support/run-cli.ts'
import {expectMode} from '../support/expect-mode.ts'

const isRoot = process.geteuid?.() === 0
const NOBODY = 65_534
const GENUINE = {stdout: 'genuine', stderr: '', exitCode: 0}
const PLANTED = {stdout: 'planted', stderr: '', exitCode: 0}

describe('the cache of compiled code', () => {
  let pkg: LaunchedPackage

  before(function () {
    if (STANDALONE) this.skip()
  })
  beforeEach(async () => {
    pkg = await launchedPackage()
  })
  afterEach(() => pkg?.remove())

  it('is for its user only, and stays as it is when there is nothing to add', async () => {
    expect(await pkg.run()).to.deep.equal(GENUINE)
    const {path} = await cachedFile(pkg)
    expect(basename(path)).to.equal(`start.cjs-${PROGRAM.length}-${process.version}-${process.arch}.bin`)
    if (process.platform !== 'win32') {
      await expectMode(pkg.cache, 0o700)
      await expectMode(path, 0o600)
    }
    const {ino, mtimeMs} = await stat(path)
    expect(await pkg.run()).to.deep.equal(GENUINE)
    expect(await stat(path)).to.deep.include({ino, mtimeMs})
  })

  it('grows with every new way, once', async () => {
    await pkg.write(
      ENTRY,
      `const ways = {
        one: () => ['one', 1, 2, 3].map((item) => [item, 'of one']).flat().join(),
        two: () => ['two', 4, 5, 6].filter((item) => item !== 4).map((item) => ({item})).length,
      }
      exports.start = async () => (ways[process.argv[2]](), {way: process.argv[2], exitCode: 0})`,
    )
    const sizes = []
    for (const way of ['one', 'two', 'one', 'two', 'one']) {
      await pkg.run([way])
      sizes.push((await cachedFile(pkg)).content.length)
    }
    const [first = 0, second = 0, ...others] = sizes
    expect(first).to.be.lessThan(second)
    expect(others).to.deep.equal(others.map(() => second))
  })

  it('grows with every kind of source that the program has got its credentials from, once', async () => {
    const home = await makeHome()
    try {
      const profile = {
        name: 'p',
        mode: 'AK',
        access_key_id: ALICE.accessKeyId,
        access_key_secret: ALICE.accessKeySecret,
      }
      const profileFile = await home.write('profiles.json', {current: 'p', profiles: [profile]})
      const cache = join(home.dir, '.kube/cache/ack-ram-tool/compile-cache')
      const getToken = ['credential-plugin', 'get-token', '-c', 'c1']
      const sizes = []
      for (const args of [[], ['--profile-file', profileFile], [], ['--profile-file', profileFile]]) {
        const {stderr, exitCode} = await runCliProcess([...getToken, ...args], {home: home.dir, env: envOf(ALICE)})
        expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
        const files = await Promise.all((await readdir(cache)).map((name) => stat(join(cache, name))))
        sizes.push(files.reduce((sum, {size}) => sum + size, 0))
      }
      const [first = 0, second = 0, ...others] = sizes
      expect(first).to.be.lessThan(second)
      expect(others).to.deep.equal([second, second])
    } finally {
      await home.remove()
    }
  })

  it('is used instead of the file while that stays as it is, and only then', async () => {
    await pkg.run()
    const changed = PROGRAM.replace('genuine', 'changed')
    const file = await pkg.write(ENTRY, changed)
    const {atime, mtime} = await stat(file)
    expect(await pkg.run(), 'another content of the same length').to.deep.include({stdout: 'changed'})
    await writeFile(file, PROGRAM)
    await utimes(file, atime, mtime)
    expect(await pkg.run(), 'and of the same time').to.deep.equal(GENUINE)
    const {mtimeMs} = await stat((await cachedFile(pkg)).path)
    await copyFile(file, `${file}.copy`)
    await rename(`${file}.copy`, file)
    expect(await pkg.run(), 'the same content in a new file').to.deep.equal(GENUINE)
    expect((await stat((await cachedFile(pkg)).path)).mtimeMs).to.equal(mtimeMs)
    await writeFile(file, `${changed} `)
    expect(await pkg.run(), 'another length').to.deep.include({stdout: 'changed'})
  })

  it('is not made where it is switched off, or there is no home', async () => {
    const here = await readdir('.')
    for (const env of [
      {NODE_DISABLE_COMPILE_CACHE: '1'},
      {HOME: '', USERPROFILE: ''},
      {HOME: undefined, USERPROFILE: undefined},
      {HOME: 'home', USERPROFILE: 'home'},
      {KUBECACHEDIR: 'relative'},
      {HOME: join(pkg.home, 'missing'), USERPROFILE: join(pkg.home, 'missing')},
      {KUBECACHEDIR: join(pkg.home, 'missing')},
    ])
      expect(await pkg.run([], env), JSON.stringify(env)).to.deep.equal(GENUINE)
    expect(await readdir(pkg.home)).to.deep.equal([])
    expect(await readdir('.')).to.deep.equal(here)
  })

  it('follows KUBECACHEDIR', async () => {
    const dir = join(pkg.home, 'elsewhere')
    await mkdir(dir, {mode: 0o700})
    await pkg.run([], {KUBECACHEDIR: dir})
    expect(await readdir(join(dir, 'ack-ram-tool/compile-cache'))).to.have.length(1)
    expect(await readdir(pkg.home)).to.deep.equal(['elsewhere'])
  })

  it('is not believed when it is not intact, and made anew', async () => {
    await pkg.run()
    const {path, content} = await cachedFile(pkg)
    const half = Math.floor((content.length - PROGRAM.length) / 2)
    for (const offset of [0, 9, 40, Math.floor(half / 3), half - 9, half + 40, content.length - PROGRAM.length]) {
      const damaged = Buffer.from(content)
      damaged.fill(0xff, offset, offset + 8)
      await writeFile(path, damaged)
      expect(await pkg.run(), `damaged at ${offset}`).to.deep.equal(GENUINE)
    }
    for (const size of [0, 1, PROGRAM.length, half, content.length - 100, content.length - 1]) {
      await writeFile(path, content)
      await truncate(path, size)
      expect(await pkg.run(), `cut to ${size}`).to.deep.equal(GENUINE)
    }
    for (const other of ['', '\0', '\n', PROGRAM, `\0${PROGRAM}`, Buffer.alloc(content.length)]) {
      await writeFile(path, other)
      expect(await pkg.run(), other.slice(0, 10).toString()).to.deep.equal(GENUINE)
    }
    expect((await cachedFile(pkg)).content.length).to.equal(content.length)
  })

  it('loses what nobody has made anew for a week, and keeps what another installation uses', async () => {
    await mkdir(pkg.cache, {recursive: true, mode: 0o700})
    for (const [name, days] of [
      ['ancient.bin', 8],
      ['recent.bin', 6],
    ] as const) {
      await writeFile(join(pkg.cache, name), '')
      const then = new Date(Date.now() - days * 24 * 3_600_000)
      await utimes(join(pkg.cache, name), then, then)
    }
    await mkdir(join(pkg.cache, 'a-directory.tmp'))
    await pkg.run()
    const names = await pkg.cached()
    expect(names).to.have.length(3).and.to.include.members(['recent.bin', 'a-directory.tmp'])
  })

  describe('of the program with oclif, which Node keeps itself from version 22 on', () => {
    const ofNode = (): string => join(pkg.cache, 'node')

    beforeEach(async function () {
      if (Number.parseInt(process.versions.node, 10) < 22) this.skip()
      await pkg.write(ENTRY, 'exports.start = async ({loadFull}) => (await loadFull()).main()')
      await pkg.write('dist/start/main.js', `exports.main = () => void require('node:fs').writeSync(1, 'genuine')`)
    })

    it('is beside it, for this user alone', async () => {
      for (const time of ['first', 'second']) {
        expect(await pkg.run(), time).to.deep.equal(GENUINE)
        expect(await readdir(ofNode())).to.have.length(1)
      }
      if (process.platform === 'win32') return
      for (const dir of [pkg.cache, ofNode(), join(ofNode(), (await readdir(ofNode()))[0] ?? '')])
        await expectMode(dir, 0o700)
    })

    it('is not made where it is switched off, or others can write', async () => {
      expect(await pkg.run([], {NODE_DISABLE_COMPILE_CACHE: '1'})).to.deep.equal(GENUINE)
      if (process.platform !== 'win32') {
        await chmod(pkg.home, 0o777)
        expect(await pkg.run()).to.deep.equal(GENUINE)
        await chmod(pkg.home, 0o700)
      }
      expect(await readdir(pkg.home)).to.deep.equal([])
    })

    it('is removed where nobody has added to it for a week', async () => {
      await pkg.run()
      const then = new Date(Date.now() - 8 * 24 * 3_600_000)
      await utimes(ofNode(), then, then)
      await pkg.write(ENTRY, PROGRAM)
      await pkg.run()
      expect(await pkg.cached())
        .to.have.length(1)
        .and.not.to.include('node')
    })
  })

  describe('when it cannot be written', () => {
    /** Has Node's own writing go wrong after the first bytes. */
    const failing = async (then: string): Promise<Record<string, string>> => {
      const file = await pkg.write(
        'failing.cjs',
        `const fs = require('fs'), write = fs.writeFileSync
         fs.writeFileSync = (path, content, options) => { write(path, content.subarray(0, 100), options); ${then} }`,
      )
      return {NODE_OPTIONS: `--require=${file}`}
    }

    it('leaves nothing behind', async () => {
      const env = await failing(`throw Object.assign(new Error(), {code: 'ENOSPC'})`)
      expect(await pkg.run([], env)).to.deep.equal(GENUINE)
      expect(await pkg.cached()).to.deep.equal([])
      await pkg.run(['one'])
      const {content} = await cachedFile(pkg)
      expect(await pkg.run(['two'], env)).to.deep.equal(GENUINE)
      expect((await cachedFile(pkg)).content.equals(content)).to.equal(true)
    })

    it('has the next run remove what a killed one has left', async () => {
      const env = await failing(`process.kill(process.pid, 'SIGKILL')`)
      for (const time of ['first', 'second']) {
        expect((await pkg.run([], env)).stdout, time).to.equal('genuine')
        expect((await pkg.cached()).every((name) => name.endsWith('.tmp'))).to.equal(true)
      }
      expect(await pkg.cached()).to.have.length(2)
      expect(await pkg.run()).to.deep.equal(GENUINE)
      expect(basename((await cachedFile(pkg)).path)).to.match(/\.bin$/)
    })

    it('does without: a full disk, a read-only one', async function () {
      const disk = join(pkg.home, 'disk')
      await mkdir(disk)
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=700', 'tmpfs', disk], {stdio: 'ignore'})
      } catch {
        this.skip()
      }
      try {
        await pkg.write(ENTRY, `${PROGRAM}// ${'long '.repeat(10_000)}`)
        expect(await pkg.run([], {KUBECACHEDIR: disk})).to.deep.equal(GENUINE)
        expect(await readdir(join(disk, 'ack-ram-tool/compile-cache'))).to.deep.equal([])
        execFileSync('mount', ['-o', 'remount,ro', disk])
        expect(await pkg.run([], {KUBECACHEDIR: disk})).to.deep.equal(GENUINE)
      } finally {
        execFileSync('umount', [disk])
      }
    })

    it('does without: a file in the place of a directory, a directory in the place of a file', async () => {
      const file = join(pkg.home, 'a-file')
      await writeFile(file, '')
      expect(await pkg.run([], {KUBECACHEDIR: file})).to.deep.equal(GENUINE)
      expect(await pkg.run([], {HOME: file, USERPROFILE: file})).to.deep.equal(GENUINE)
      await mkdir(join(pkg.cache, `start.cjs-${PROGRAM.length}-${process.version}-${process.arch}.bin`, 'in-it'), {
        recursive: true,
        mode: 0o700,
      })
      expect(await pkg.run()).to.deep.equal(GENUINE)
      expect(await pkg.cached()).to.have.length(1)
    })

    it('does without: /proc', async function () {
      if (process.platform !== 'linux') this.skip()
      expect(await pkg.run([], {HOME: '/proc'})).to.deep.equal(GENUINE)
      expect(await pkg.run([], {KUBECACHEDIR: '/proc/self'})).to.deep.equal(GENUINE)
    })

    it('is made by one of many that start at once', async () => {
      const results = await runCrowd({
        count: 12,
        command: [process.execPath, join(pkg.dir, 'bin/run.cjs')],
        env: {HOME: pkg.home, USERPROFILE: pkg.home, PATH: process.env['PATH']},
      })
      for (const result of results) expect(result).to.deep.equal(GENUINE)
      expect(basename((await cachedFile(pkg)).path)).to.match(/\.bin$/)
    })
  })

  describe('of which somebody else could have made a part', () => {
    before(function () {
      if (process.platform === 'win32') this.skip()
    })

    /** Puts a form of another program into the cache, which a run that believes it will run: gives its path. */
    const plant = async (): Promise<string> => {
      const other = await launchedPackage(PROGRAM.replace('genuine', 'planted'))
      try {
        await other.run()
        const {path, content} = await cachedFile(other)
        const {ino, ctimeMs} = await stat(join(pkg.dir, ENTRY))
        const end = content.lastIndexOf(0) + 1
        const ways = content.subarray(content.indexOf('\n', end))
        const file = join(pkg.cache, basename(path))
        await mkdir(pkg.cache, {recursive: true, mode: 0o700})
        await writeFile(file, Buffer.concat([content.subarray(0, end), Buffer.from(`${ino}-${ctimeMs}`), ways]), {
          mode: 0o600,
        })
        return file
      } finally {
        await other.remove()
      }
    }

    it('is believed as long as it is this user’s alone', async () => {
      await plant()
      expect(await pkg.run()).to.deep.equal(PLANTED)
    })

    for (const mode of [0o604, 0o620, 0o660, 0o606])
      it(`is replaced where the file is open to others: ${mode.toString(8)}`, async () => {
        const file = await plant()
        await chmod(file, mode)
        expect(await pkg.run()).to.deep.equal(GENUINE)
        await expectMode(file, 0o600)
        expect(await pkg.run()).to.deep.equal(GENUINE)
      })

    it('is replaced where the file is a link or a pipe', async () => {
      const file = await plant()
      await rename(file, join(pkg.home, 'target'))
      await symlink(join(pkg.home, 'target'), file)
      expect(await pkg.run()).to.deep.equal(GENUINE)
      expect(await pkg.run()).to.deep.equal(GENUINE)
      await rm(file)
      execFileSync('mkfifo', ['-m', '600', file])
      expect(await pkg.run()).to.deep.equal(GENUINE)
      expect((await stat(file)).isFile()).to.equal(true)
    })

    it('is replaced where the file is another user’s', async function () {
      if (!isRoot) this.skip()
      const file = await plant()
      await chown(file, NOBODY, NOBODY)
      expect(await pkg.run()).to.deep.equal(GENUINE)
      expect((await stat(file)).uid).to.equal(0)
    })

    /** The file is not read, and nothing is written beside it. */
    const expectUntouched = async (env: Record<string, string> = {}, dir = pkg.cache): Promise<void> => {
      const before = await readdir(dir)
      const contents = await Promise.all(before.map((name) => readFile(join(dir, name))))
      expect(await pkg.run(['another-way'], env)).to.deep.equal(GENUINE)
      expect(await readdir(dir)).to.deep.equal(before)
      for (const [index, name] of before.entries())
        expect((await readFile(join(dir, name))).equals(contents[index] ?? Buffer.of())).to.equal(true)
    }

    for (const [dir, mode] of [
      ['.kube/cache/ack-ram-tool/compile-cache', 0o755],
      ['.kube/cache/ack-ram-tool/compile-cache', 0o1777],
      ['.kube/cache/ack-ram-tool', 0o777],
      ['.kube/cache', 0o770],
      ['.kube', 0o702],
      ['', 0o777],
    ] as const)
      it(`is left alone below a directory that is open to others: ~/${dir} ${mode.toString(8)}`, async () => {
        await plant()
        await chmod(join(pkg.home, dir), mode)
        await expectUntouched()
      })

    for (const dir of ['.kube/cache/ack-ram-tool/compile-cache', '.kube/cache', '.kube', ''])
      it(`is left alone below a directory of another user: ~/${dir}`, async function () {
        if (!isRoot) this.skip()
        await plant()
        await chown(join(pkg.home, dir), NOBODY, NOBODY)
        await expectUntouched()
      })

    it('is never made by root in the home of another user', async function () {
      if (!isRoot) this.skip()
      await chown(pkg.home, NOBODY, NOBODY)
      expect(await pkg.run()).to.deep.equal(GENUINE)
      expect(await pkg.run([], {KUBECACHEDIR: pkg.home})).to.deep.equal(GENUINE)
      expect(await readdir(pkg.home)).to.deep.equal([])
    })

    it('may lie behind a link of this user, but not below what others can write, and not behind a link of theirs', async () => {
      await plant()
      const kube = join(pkg.home, '.kube')
      const elsewhere = join(dirname(pkg.home), 'elsewhere')
      await mkdir(elsewhere, {mode: 0o700})
      await rename(kube, join(elsewhere, 'kube'))
      await symlink(join(elsewhere, 'kube'), kube)
      expect(await pkg.run()).to.deep.equal(PLANTED)
      await chmod(elsewhere, 0o777)
      await expectUntouched()
      await chmod(elsewhere, 0o700)
      if (!isRoot) return
      await lchown(kube, NOBODY, NOBODY)
      await expectUntouched()
    })

    it('is not itself a link', async () => {
      await plant()
      await rename(pkg.cache, join(pkg.home, 'target'))
      await symlink(join(pkg.home, 'target'), pkg.cache)
      await expectUntouched()
    })

    it('may lie below a sticky directory, but no other one that all can write', async () => {
      await plant()
      const shared = join(dirname(pkg.home), 'shared')
      await mkdir(join(shared, 'mine'), {recursive: true})
      await rename(join(pkg.home, '.kube/cache/ack-ram-tool'), join(shared, 'mine/ack-ram-tool'))
      const env = {KUBECACHEDIR: join(shared, 'mine')}
      await chmod(shared, 0o1777)
      expect(await pkg.run([], env)).to.deep.equal(PLANTED)
      await chmod(shared, 0o777)
      await expectUntouched(env, join(shared, 'mine/ack-ram-tool/compile-cache'))
    })

    it('is not believed however quickly it is exchanged', async () => {
      await plant()
      const parent = dirname(pkg.cache)
      await rename(pkg.cache, join(parent, 'planted'))
      await mkdir(pkg.cache, {mode: 0o700})
      await chmod(parent, 0o777)
      const exchanging = await pkg.write(
        'exchange.cjs',
        `const {renameSync} = require('fs')
         process.chdir(${JSON.stringify(parent)})
         for (;;) {
           renameSync('compile-cache', 'honest'); renameSync('planted', 'compile-cache')
           renameSync('compile-cache', 'planted'); renameSync('honest', 'compile-cache')
         }`,
      )
      const child = pkg.start({NODE_OPTIONS: `--require=${exchanging}`})
      try {
        for (let run = 0; run < 15; run += 1) expect(await pkg.run()).to.deep.equal(GENUINE)
        expect(child.exitCode).to.equal(null)
      } finally {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
    })
  })
})
