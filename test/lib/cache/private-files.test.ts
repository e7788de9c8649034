import {execFileSync} from 'node:child_process'
import {
  chmod,
  chown,
  lchown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'

import {expect} from 'chai'

import {countingSource, IDENTITY, isRoot, makeWorld, MINUTE, NOBODY, type World} from './support.ts'
import {expectMode} from '../../support/expect-mode.ts'

describe('the files of the cache', () => {
  let world: World

  // Modes, owners, links and pipes. What is otherwise on Windows is tried here with that platform passed in.
  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  beforeEach(async () => {
    world = await makeWorld()
  })
  afterEach(() => world.home.remove())

  const warnings = (): readonly string[] => world.lines.filter((line) => line.startsWith('warn:'))

  /** A file that is not to be trusted costs one load and one warning, and is then replaced by one that is. */
  const expectReplaced = async (why: string): Promise<void> => {
    const source = countingSource((count) => world.lasting(60, `STS.new${count}`))
    expect(await world.idOf(source)).to.equal('STS.new1')
    expect(warnings()).to.deep.equal([`warn: ignoring the cache file ${world.entry}, which will be replaced: ${why}`])
    expect(await world.idOf(source)).to.equal('STS.new1')
    expect(warnings()).to.have.length(1)
    const status = await lstat(world.entry)
    expect(status.isFile()).to.equal(true)
    await expectMode(world.entry, 0o600)
    expect(status.uid).to.equal(process.getuid?.() ?? 0)
  }

  /** A directory that is not used costs nothing but the cache. */
  const expectUnused = async (line: string, dir = world.dir): Promise<void> => {
    const source = countingSource(() => world.lasting(60))
    const cached = world.cached(source, {dir})
    expect((await cached.load()).accessKeyId).to.equal('STS.a')
    expect((await cached.load()).accessKeyId).to.equal('STS.a')
    expect(source.loads).to.equal(2)
    expect(world.lines).to.deep.equal([line])
  }

  describe('an entry', () => {
    beforeEach(() => world.fill())

    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o777]) {
      it(`is not trusted with mode ${mode.toString(8)}`, async () => {
        await chmod(world.entry, mode)
        await expectReplaced('its mode lets other users open it')
      })
    }

    it('is not asked for its mode or owner on Windows, which has neither', async () => {
      await chmod(world.entry, 0o666)
      const windows = {...world.settings(), runtime: {...world.settings().runtime, platform: 'win32' as const}}
      const source = countingSource(() => world.lasting(60, 'STS.new'))
      expect(await world.idOf(source, windows)).to.equal('STS.kept')
      await rename(world.entry, join(world.home.dir, 'elsewhere'))
      await symlink(join(world.home.dir, 'elsewhere'), world.entry)
      expect(await world.idOf(source, windows)).to.equal('STS.new')
      expect(warnings().join()).to.contain('it is not a regular file')
    })

    it('is not trusted when another user owns it', async function () {
      if (!isRoot) this.skip()
      await chown(world.entry, NOBODY, NOBODY)
      await expectReplaced('another user owns it')
    })

    it('is not trusted when another user made it so that we cannot read it', async function () {
      if (!isRoot) this.skip()
      await chown(world.home.dir, NOBODY, NOBODY)
      await chown(world.dir, NOBODY, NOBODY)
      await asNobody(async () => {
        expect(await world.idOf(countingSource(() => world.lasting(60, 'STS.new')))).to.equal('STS.new')
        expect(warnings().join()).to.contain('which will be replaced: it cannot be read: EACCES')
        expect(await world.idOf(countingSource(() => world.lasting(60, 'STS.newer')))).to.equal('STS.new')
      })
    })

    it('is not followed when it is a link, and what it points to is left alone', async () => {
      const target = join(world.home.dir, 'target')
      await rename(world.entry, target)
      const content = await readFile(target, 'utf8')
      await symlink(target, world.entry)
      await expectReplaced('it is not a regular file')
      expect(await readFile(target, 'utf8')).to.equal(content)
    })

    it('is replaced when it is a link to nowhere', async () => {
      await rm(world.entry)
      await symlink(join(world.home.dir, 'nowhere'), world.entry)
      await expectReplaced('it is not a regular file')
      expect(await readdir(world.home.dir)).to.deep.equal(['cache'])
    })

    it('is replaced when it is a pipe, without waiting for anyone to write into it', async () => {
      await rm(world.entry)
      execFileSync('mkfifo', ['-m', '600', world.entry])
      await expectReplaced('it is not a regular file')
    })

    it('is replaced when it is a socket', async () => {
      await rm(world.entry)
      const server = createServer()
      await new Promise<void>((listening) => server.listen(world.entry, listening))
      try {
        await expectReplaced('it is not a regular file')
      } finally {
        server.close()
      }
    })

    it('is replaced when it is an empty directory', async () => {
      await rm(world.entry)
      await mkdir(world.entry, {mode: 0o700})
      await expectReplaced('it is not a regular file')
    })

    it('costs only the cache when it is a directory with something in it, which is left alone', async () => {
      await rm(world.entry)
      await mkdir(world.entry)
      await writeFile(join(world.entry, 'mine'), 'x')
      const source = countingSource(() => world.lasting(60, 'STS.new'))
      expect(await world.idOf(source)).to.equal('STS.new')
      expect(world.lines.at(-1)).to.match(/^debug: cannot write the cache file .*: ENOTEMPTY$/)
      expect(await readFile(join(world.entry, 'mine'), 'utf8')).to.equal('x')
      expect(await world.files()).to.deep.equal([`${world.key}.json`, `${world.key}.lock`])
    })

    it('is never written through a link at the temporary name', async () => {
      const nonce = 'a'.repeat(32)
      const target = join(world.home.dir, 'target')
      await symlink(target, `${world.entry}.${nonce}.tmp`)
      world.passed(50 * MINUTE)
      const runtime = {...world.settings().runtime, nonce: () => nonce}
      expect(
        await world.idOf(
          countingSource(() => world.lasting(60, 'STS.new')),
          {runtime},
        ),
      ).to.equal('STS.new')
      expect(await readdir(world.home.dir)).to.deep.equal(['cache'])
    })
  })

  describe('the directory', () => {
    it('is made with all above it, for this user only', async () => {
      const dir = join(world.home.dir, 'a/b/c')
      await world.idOf(
        countingSource(() => world.lasting(60)),
        {dir},
      )
      for (const made of ['a', 'a/b', 'a/b/c']) await expectMode(join(world.home.dir, made), 0o700)
    })

    it('is closed to others if it was open, where its name says that it is ours', async () => {
      const dir = join(world.home.dir, 'ack-ram-tool/credential-plugin')
      await mkdir(dir, {recursive: true})
      await chmod(dir, 0o755)
      const source = countingSource(() => world.lasting(60))
      await world.idOf(source, {dir})
      await expectMode(dir, 0o700)
      expect(world.lines).to.contain(`debug: the cache in ${dir} was open to other users: changed its mode to 0700`)
      await world.idOf(source, {dir: `${dir}/`})
      expect(source.loads).to.equal(1)
      expect(await readdir(dir)).to.deep.equal([`${world.key}.json`])
    })

    for (const mode of [0o755, 0o750, 0o701, 0o777, 0o1777])
      it(`keeps its mode of ${mode.toString(8)}: the cache is below it, and keeps what it gets`, async function () {
        if (process.platform === 'win32') this.skip()
        await mkdir(world.dir)
        await chmod(world.dir, mode)
        await world.fill()
        await expectMode(world.dir, mode)
        const own = `ack-ram-tool-${process.geteuid?.()}`
        expect(await world.files()).to.deep.equal([own])
        await expectMode(join(world.dir, own), 0o700)
        expect(await readdir(join(world.dir, own))).to.deep.equal([`${world.key}.json`])
        expect(await world.idOf(countingSource(() => world.lasting(60)))).to.equal('STS.kept')
        expect(world.lines.join()).not.to.match(/ignoring|changed/)
      })

    it('may be another user’s, as /tmp is: the cache below it is ours, and one below it that is not is not used', async function () {
      if (!isRoot) this.skip()
      await mkdir(world.dir)
      await chmod(world.dir, 0o1777)
      await chmod(world.home.dir, 0o755)
      await asNobody(() => world.fill())
      const own = join(world.dir, `ack-ram-tool-${NOBODY}`)
      expect(await readdir(own)).to.deep.equal([`${world.key}.json`])
      await chown(own, 0, 0)
      await chmod(own, 0o777)
      const source = countingSource(() => world.lasting(60, 'STS.new'))
      await asNobody(async () => {
        expect(await world.idOf(source)).to.equal('STS.new')
      })
      expect(warnings().join()).to.equal(
        `warn: ignoring the cache in ${own}: another user owns it; remove it, or choose another one`,
      )
    })

    it('is not made by root in what another user owns, as with the HOME that sudo keeps', async function () {
      if (!isRoot) this.skip()
      await chown(world.home.dir, NOBODY, NOBODY)
      for (const dir of [world.dir, join(world.home.dir, '.kube/cache/ack-ram-tool/credential-plugin')]) {
        const source = countingSource(() => world.lasting(60))
        await world.idOf(source, {dir})
        await world.idOf(source, {dir})
        expect(source.loads).to.equal(2)
        expect(world.lines.at(-1)).to.equal(
          `debug: nothing is cached in ${dir}: root makes nothing in a directory of another user`,
        )
      }
      expect(await readdir(world.home.dir)).to.deep.equal([])
      expect(warnings()).to.deep.equal([])
    })

    it('is not used when it is another user’s own', async function () {
      if (!isRoot) this.skip()
      await mkdir(world.dir, {mode: 0o700})
      await chown(world.dir, NOBODY, NOBODY)
      await expectUnused(`debug: nothing is cached in ${world.dir}: root makes nothing in a directory of another user`)
      expect(await readdir(world.dir)).to.deep.equal([])
      const named = join(world.home.dir, 'ack-ram-tool/credential-plugin')
      await mkdir(named, {recursive: true})
      await chown(named, NOBODY, NOBODY)
      await world.idOf(
        countingSource(() => world.lasting(60)),
        {dir: named},
      )
      expect(world.lines.at(-1)).to.contain('another user owns it')
      expect(await readdir(named)).to.deep.equal([])
    })

    it('may be a link of our own', async () => {
      await mkdir(join(world.home.dir, 'real'), {mode: 0o700})
      await symlink(join(world.home.dir, 'real'), world.dir)
      await world.fill()
      expect(await readdir(join(world.home.dir, 'real'))).to.deep.equal([`${world.key}.json`])
    })

    it('is not used when it is a link to what another user owns', async function () {
      if (!isRoot) this.skip()
      await mkdir(join(world.home.dir, 'theirs'), {mode: 0o700})
      await chown(join(world.home.dir, 'theirs'), NOBODY, NOBODY)
      await symlink(join(world.home.dir, 'theirs'), world.dir)
      await expectUnused(`debug: nothing is cached in ${world.dir}: root makes nothing in a directory of another user`)
    })

    it('is not used when it is a link that another user made', async function () {
      if (!isRoot) this.skip()
      await mkdir(join(world.home.dir, 'ours'))
      await chmod(join(world.home.dir, 'ours'), 0o755)
      await symlink(join(world.home.dir, 'ours'), world.dir)
      await lchown(world.dir, NOBODY, NOBODY)
      await expectUnused(`warn: ignoring the cache in ${world.dir}: it is a link that another user made`)
      await expectMode(join(world.home.dir, 'ours'), 0o755)
    })

    it('is not used when it is a file', async () => {
      await writeFile(world.dir, '')
      await expectUnused(`warn: ignoring the cache in ${world.dir}: it is not a directory`)
    })

    it('is not used when something above it is a file', async () => {
      await writeFile(world.dir, '')
      const dir = join(world.dir, 'below')
      await expectUnused(`debug: ignoring the cache in ${dir}: ENOTDIR`, dir)
    })

    it('is not used when it is a link to nowhere', async () => {
      await symlink(join(world.home.dir, 'nowhere'), world.dir)
      await expectUnused(`debug: ignoring the cache in ${world.dir}: ENOENT`)
    })

    it('is not used when it cannot be made', async () => {
      await chown(world.home.dir, isRoot ? NOBODY : -1, -1)
      await chmod(world.home.dir, 0o500)
      await asNobody(() => expectUnused(`debug: ignoring the cache in ${world.dir}: EACCES`))
      await chmod(world.home.dir, 0o700)
    })

    it('serves what is in it when nothing can be written into it, and costs no failure', async () => {
      await world.fill()
      for (const path of [world.home.dir, world.dir, world.entry]) await chown(path, isRoot ? NOBODY : -1, -1)
      await chmod(world.dir, 0o500)
      await asNobody(async () => {
        const source = countingSource(() => world.lasting(60, 'STS.new'))
        expect(await world.idOf(source)).to.equal('STS.kept')
        world.passed(50 * MINUTE)
        expect(await world.idOf(source)).to.equal('STS.new')
        expect(world.lines.slice(-2)).to.deep.equal([
          `debug: cache: continuing without the lock ${world.lock}: EACCES`,
          `debug: cannot write the cache file ${world.entry}: EACCES`,
        ])
      })
      await chmod(world.dir, 0o700)
      expect(await world.files()).to.deep.equal([`${world.key}.json`])
    })
  })

  describe('what killed processes left half made', () => {
    it('is removed 10 minutes after, and nothing else is', async () => {
      await world.fill()
      const hex = (digit: string): string => digit.repeat(32)
      const old = new Date(world.now.getTime() - 11 * MINUTE)
      const young = new Date(world.now.getTime() - 9 * MINUTE)
      const plant = async (name: string, time: Date): Promise<void> => {
        await writeFile(join(world.dir, name), 'x')
        await utimes(join(world.dir, name), time, time)
      }
      await plant(`${world.key}.json.${hex('1')}.tmp`, old)
      await plant(`${'b'.repeat(64)}.json.${hex('2')}.tmp`, old)
      await plant(`${world.key}.json.${hex('3')}.tmp`, young)
      await plant('notes.tmp', old)
      await plant(`${'c'.repeat(64)}.json`, old)
      const halfLock = join(world.dir, `${world.key}.lock.${hex('4')}.tmp`)
      await mkdir(halfLock)
      await writeFile(join(halfLock, hex('4')), '')
      await utimes(halfLock, old, old)
      await world.idOf(countingSource(() => world.lasting(60), [...IDENTITY, ['other', '']]))
      const names = await world.files()
      expect(names.filter((name) => name.endsWith('.tmp'))).to.have.members([
        `${world.key}.json.${hex('3')}.tmp`,
        'notes.tmp',
      ])
      expect(names).to.contain(`${'c'.repeat(64)}.json`)
    })
  })
})

/** Does something with the rights of an ordinary user, since a mode stops anyone but root. */
const asNobody = async (work: () => Promise<void>): Promise<void> => {
  if (!isRoot) return work()
  process.seteuid?.(NOBODY)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
