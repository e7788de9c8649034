import {execFileSync} from 'node:child_process'
import {chmod, chown, lstat, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {dirname, join} from 'node:path'

import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {withCliConfigLock} from '../../../src/lib/profile-files/update-cli-config.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {freshNonce, recordingLog, testRuntime} from '../../support/runtime.ts'
import {failureOf} from '../../support/failure-of.ts'
import {expectMode} from '../../support/expect-mode.ts'

const CONFIG = {
  current: 'b',
  profiles: [
    {name: 'a', mode: 'AK', access_key_secret: 'SECRET-a', unknown: {deep: [1, {}]}},
    {zzz: '<&>', name: 'b', mode: 'OAuth', Access_Key_Id: 'old', sts_expiration: 1, new_in_cli: null},
    {name: 'b', mode: 'AK', access_key_id: 'second'},
  ],
  meta_path: '',
  another: true,
}

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

/** False where that is not allowed. */
const makeImmutable = (path: string): boolean => {
  try {
    execFileSync('chattr', ['+i', path], {stdio: 'ignore'})
    return true
  } catch {
    return false
  }
}

/** Mounts a file on itself; false where that is not allowed. */
const mount = async (path: string, home: TestHome, ...options: readonly string[]): Promise<boolean> => {
  const source = await home.write('mounted', await readFile(path, 'utf8'))
  try {
    execFileSync('mount', ['--bind', source, path], {stdio: 'ignore'})
    if (options.length > 0) execFileSync('mount', ['-o', ['remount', 'bind', ...options].join(','), path])
    return true
  } catch {
    return false
  }
}

describe('withCliConfigLock', () => {
  let home: TestHome
  let path: string

  beforeEach(async () => {
    home = await makeHome()
    path = await home.write('.aliyun/config.json', CONFIG)
  })
  afterEach(() => home.remove())

  const context = (signal?: AbortSignal, waitMs = 20_000) => ({
    runtime: testRuntime({
      now: () => new Date(),
      nonce: freshNonce,
      platform: process.platform,
    }),
    log: recordingLog(),
    waitMs,
    signal,
  })
  const update = (changes: Record<string, string | number>, file = path): Promise<void> =>
    withCliConfigLock(file, 'b', context(), ({save}) => save(changes))

  it('changes the given fields of the named profile, and nothing else', async () => {
    await update({access_key_id: 'new', sts_expiration: 2, sts_token: 'SECRET-"\n'})
    const expected = structuredClone(CONFIG) as {profiles: Record<string, unknown>[]}
    Object.assign(expected.profiles[1] ?? {}, {Access_Key_Id: 'new', sts_expiration: 2, sts_token: 'SECRET-"\n'})
    expect(await readFile(path, 'utf8')).to.equal(JSON.stringify(expected, undefined, '\t'))
    expect(await readdir(dirname(path))).to.deep.equal(['config.json'])
  })

  it('keeps what JavaScript reads otherwise: digits, doubles, the order of names, escapes and any spacing', async () => {
    const before = String.raw`{ "2": 1.0, "1": 12345678901234567890 , "x":1, "x" : -0,
      "profiles": [ {"name":"a","k":1,"k":2},
        {"9":1e2, "name" :"\u0062", "k":"caf\u00e9", "k":[ ],"Sts_Token" : "old" , "sts_expiration":1.50,"1": {"__proto__":0.10 }  }] }`
    await writeFile(path, before)
    await update({sts_token: 'new', sts_expiration: 2, access_key_id: 'STS.1', access_key_secret: 'SECRET-b'})
    expect(await readFile(path, 'utf8')).to.equal(
      before
        .replace('"old"', '"new"')
        .replace('1.50', '2')
        .replace('0.10 }', '0.10 },"access_key_id": "STS.1","access_key_secret": "SECRET-b"'),
    )
  })

  it('changes nothing where a value is the same', async () => {
    const text = String.raw`{"profiles":[{"name":"b","sts_token":"\u0079","sts_expiration":2}]}`
    await writeFile(path, text)
    await update({sts_token: 'y', sts_expiration: 2})
    expect(await readFile(path, 'utf8')).to.equal(text)
  })

  it('adds to a profile without fields', async () => {
    await writeFile(path, '{"profiles":[{ }]}')
    await withCliConfigLock(path, '', context(), ({save}) => save({sts_token: 'y', sts_expiration: 2}))
    expect(await readFile(path, 'utf8')).to.equal('{"profiles":[{"sts_token":"y","sts_expiration":2 }]}')
  })

  for (const [what, text] of [
    ['"sts_token"', '{"profiles":[{"name":"b","sts_token":"SECRET-x","STS_Token":""}]}'],
    ['"name"', '{"profiles":[{"name":"a","name":"b","sts_token":"SECRET-x"}]}'],
  ] as const)
    it(`refuses a change where ${what} stands twice, since another program may read the other one`, async () => {
      await writeFile(path, text)
      const message = new RegExp(`cannot be changed: ${what} stands twice in it`)
      const tried = withCliConfigLock(path, 'b', context(), ({tryToSave}) => tryToSave(['sts_token']))
      for (const error of [await failureOf(tried), await failureOf(update({sts_token: 'y'}))]) {
        expect(error.code).to.equal('CredentialFileInvalid')
        expect(error.message).to.match(message).and.not.contain('SECRET')
      }
      expect(await readFile(path, 'utf8')).to.equal(text)
    })

  const minimal = {profiles: [{name: 'b', sts_token: 'x'}]}
  const layouts: Record<string, (json: unknown) => string> = {
    'tabs, without a line end': (json) => JSON.stringify(json, undefined, '\t'),
    'two spaces, with a line end': (json) => `${JSON.stringify(json, undefined, 2)}\n`,
    'four spaces, Windows line ends and a byte order mark': (json) =>
      `\uFEFF${JSON.stringify(json, undefined, 4).replaceAll('\n', '\r\n')}\r\n`,
    'one line': (json) => `${JSON.stringify(json)}\n`,
    'an empty first line': (json) => `\n${JSON.stringify(json, undefined, '\t')}\n\n`,
  }
  for (const [name, layout] of Object.entries(layouts)) {
    it(`keeps the layout: ${name}`, async () => {
      await writeFile(path, layout(minimal))
      await update({sts_token: 'y'})
      expect(await readFile(path, 'utf8')).to.equal(layout({profiles: [{name: 'b', sts_token: 'y'}]}))
    })
  }

  it('keeps the file this user’s own', async function () {
    if (process.platform === 'win32') this.skip()
    for (const [before, after] of [
      [0o644, 0o600],
      [0o600, 0o600],
      [0o400, 0o400],
    ] as const) {
      await chmod(path, before)
      await update({sts_token: 'y'})
      await expectMode(path, after)
    }
  })

  it('leaves a link a link, and locks what it points to', async function () {
    if (process.platform === 'win32') this.skip()
    const link = join(home.dir, 'link.json')
    await symlink(path, link)
    await withCliConfigLock(link, 'b', context(), async ({save}) => {
      expect(await readdir(dirname(path))).to.include('config.json.ack-ram-tool.lock')
      await save({sts_token: 'y'})
    })
    expect(await readlink(link)).to.equal(path)
    expect((await lstat(path)).isFile()).to.equal(true)
    expect(await readFile(path, 'utf8')).to.contain('"sts_token": "y"')
  })

  it('lets one after the other read, decide and write', async () => {
    await update({sts_expiration: 0})
    const addOne = (): Promise<void> =>
      withCliConfigLock(path, 'b', context(), ({profile, save}) =>
        save({sts_expiration: Number(profile.field('sts_expiration')) + 1}),
      )
    await Promise.all(Array.from({length: 20}, addOne))
    expect(JSON.parse(await readFile(path, 'utf8')).profiles[1].sts_expiration).to.equal(20)
  })

  it('saves several times', async () => {
    await withCliConfigLock(path, 'b', context(), async ({save}) => {
      await save({sts_token: 'x'})
      await save({sts_expiration: 3})
    })
    expect(JSON.parse(await readFile(path, 'utf8')).profiles[1]).to.include({sts_token: 'x', sts_expiration: 3})
  })

  it('keeps what another program writes into other profiles, and never overwrites what it wrote into this one', async () => {
    await withCliConfigLock(path, 'b', context(), async ({save}) => {
      await writeFile(path, (await readFile(path, 'utf8')).replace('SECRET-a', 'SECRET-new'))
      await save({sts_token: 'y'})
      expect(await readFile(path, 'utf8'))
        .to.contain('SECRET-new')
        .and.contain('"y"')
      await writeFile(path, (await readFile(path, 'utf8')).replace('"old"', '"theirs"'))
      const error = await failureOf(save({sts_token: 'z'}))
      expect(error.message).to.contain(`cannot write ${path}: another program has changed the profile`)
    })
    expect(await readFile(path, 'utf8'))
      .to.contain('theirs')
      .and.not.contain('"z"')
  })

  it('says that the profile or the file is gone', async () => {
    await withCliConfigLock(path, 'b', context(), async ({save}) => {
      await writeFile(path, JSON.stringify({profiles: [{name: 'a', access_key_secret: 'SECRET-a'}]}))
      expect(await failureOf(save({}))).to.include({code: 'ProfileNotFound'})
    })
    expect((await failureOf(update({}))).message).to.contain('profile "b" is no longer in')
    await rm(path)
    expect(await failureOf(update({}))).to.include({code: 'ProfileNotFound'})
    expect(await readdir(dirname(path))).to.deep.equal([])
  })

  it('refuses a file that is not UTF-8, or not JSON, and leaves it as it is', async () => {
    for (const content of [Buffer.from([0x7b, 0xff, 0x7d]), '{"profiles":[{"name":"b","x":"SECRET']) {
      await writeFile(path, content)
      expect(await failureOf(update({}))).to.include({code: 'CredentialFileInvalid'})
      expect(await readFile(path)).to.deep.equal(Buffer.from(content))
    }
  })

  it('reads, and says that it cannot write, in a directory that it may not write', async function () {
    if (process.platform === 'win32' || isRoot) this.skip()
    await chmod(dirname(path), 0o500)
    try {
      await withCliConfigLock(path, 'b', context(), async ({profile, tryToSave}) => {
        expect(profile.field('access_key_id')).to.equal('old')
        const error = await failureOf(tryToSave(['sts_token']))
        expect(error.message).to.equal(`cannot write ${path}: its directory cannot be written: EACCES`)
      })
    } finally {
      await chmod(dirname(path), 0o700)
    }
  })

  /** Saves, in a file that can be replaced or written in some way; gives what a try before it has said. */
  const trySaving = (): Promise<string> =>
    withCliConfigLock(path, 'b', context(), async ({tryToSave, save}) => {
      const before = await readFile(path, 'utf8')
      try {
        await tryToSave(['sts_token'])
      } catch (error) {
        expect(error).to.be.instanceOf(AckError).with.property('code', 'CredentialFileUnwritable')
        expect(await readFile(path, 'utf8')).to.equal(before)
        return (error as AckError).message
      }
      expect(await readFile(path, 'utf8')).to.equal(before)
      // Shorter than before, and longer.
      for (const token of ['y', 'SECRET-'.repeat(200)]) {
        await save({sts_token: token, unknown: token})
        expect(JSON.parse(await readFile(path, 'utf8')).profiles[1].sts_token).to.equal(token)
      }
      return ''
    })

  it('tries whether it can save, without a change', async () => {
    expect(await trySaving()).to.equal('')
    expect(await readdir(dirname(path))).to.deep.equal(['config.json'])
  })

  it('writes into a file that is a mount point, as in a container', async function () {
    if (!(await mount(path, home))) this.skip()
    try {
      const {ino} = await stat(path)
      expect(await trySaving()).to.equal('')
      expect((await stat(path)).ino).to.equal(ino)
    } finally {
      execFileSync('umount', [path])
    }
  })

  it('says before anything is spent that a mount cannot be written', async function () {
    if (!(await mount(path, home, 'ro'))) this.skip()
    try {
      expect(await trySaving()).to.equal(`cannot write ${path}: EROFS`)
    } finally {
      execFileSync('umount', [path])
    }
  })

  it('says before anything is spent that a file is immutable', async function () {
    if (!makeImmutable(path)) this.skip()
    try {
      expect(await trySaving()).to.equal(`cannot write ${path}: EPERM`)
    } finally {
      execFileSync('chattr', ['-i', path])
    }
  })

  it('writes into a file of another user, where it may, which stays that user’s', async function () {
    if (!isRoot) this.skip()
    await chown(home.dir, NOBODY, NOBODY)
    await chown(dirname(path), NOBODY, NOBODY)
    for (const [mode, message] of [
      [0o644, `cannot write ${path}: EACCES`],
      [0o664, ''],
    ] as const) {
      await chmod(path, mode)
      process.seteuid?.(NOBODY)
      try {
        expect(await trySaving()).to.equal(message)
      } finally {
        process.seteuid?.(0)
      }
      expect(await stat(path)).to.include({uid: 0})
      await expectMode(path, mode)
    }
  })

  it('removes what a killed process has left half made, which holds secrets, and nothing else', async () => {
    const leftBehind = `config.json.${'0a'.repeat(16)}.tmp`
    const others = ['config.json.tmp', `other.json.${'0a'.repeat(16)}.tmp`, 'config.json.bak']
    for (const name of [leftBehind, ...others]) await writeFile(join(dirname(path), name), 'SECRET-x')
    await withCliConfigLock(path, 'b', context(), async () => {})
    expect(await readdir(dirname(path))).to.have.members(['config.json', ...others])
  })

  describe('a lock of another process', () => {
    const putLock = async (owner: object): Promise<void> => {
      const lock = `${path}.ack-ram-tool.lock`
      await mkdir(lock)
      await writeFile(join(lock, 'token'), JSON.stringify(owner), {mode: 0o600})
    }
    const owner = {pid: process.ppid, host: hostname(), startedAt: new Date().toISOString()}

    it('is taken over when the process has ended', async () => {
      await putLock({...owner, pid: 2 ** 30})
      await update({sts_token: 'y'})
      expect(await readFile(path, 'utf8')).to.contain('"y"')
    })

    it('is waited for as long as the caller says', async function () {
      this.timeout(5000)
      await putLock(owner)
      const error = await failureOf(withCliConfigLock(path, 'b', context(undefined, 20), ({save}) => save({})))
      expect(error.code).to.equal('DeadlineExceeded')
      expect(error.nextStep).to.contain('--timeout')
    })

    it('is waited for until the deadline of the run, and no longer', async () => {
      await putLock(owner)
      const controller = new AbortController()
      const waiting = failureOf(withCliConfigLock(path, 'b', context(controller.signal), ({save}) => save({})))
      controller.abort()
      expect(await waiting).to.include({code: 'DeadlineExceeded'})
      const cancelled = new AckError('Cancelled', 'cancelled')
      expect(
        await failureOf(withCliConfigLock(path, 'b', context(AbortSignal.abort(cancelled)), ({save}) => save({}))),
      ).to.equal(cancelled)
    })
  })
})
