import {chmod, chown, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {basename, dirname, join, relative} from 'node:path'

import {expect} from 'chai'

import {AckError} from '../../../../src/lib/base/errors.ts'
import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import {
  readKubeconfigFile,
  updateKubeconfigFile,
  updateKubeconfigFiles,
} from '../../../../src/lib/kubeconfig/file/kubeconfig-file.ts'
import {withClientGoLock} from '../../../../src/lib/kubeconfig/file/client-go-lock.ts'
import {unwritable} from '../../../../src/lib/kubeconfig/file/kubeconfig-errors.ts'
import {findLastUpdate, undoLastUpdate} from '../../../../src/lib/kubeconfig/file/last-update.ts'
import {isKubectlPresent, runKubectl} from '../../../local-cloud/kubectl.ts'
import {freshNonce} from '../../../support/runtime.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'
import {rowsOf} from '../../../support/full.ts'
import {kubeconfigCorpus} from '../../../support/kubeconfig-corpus.ts'
import {failureOf} from '../../../support/failure-of.ts'
import {expectMode} from '../../../support/expect-mode.ts'

const RUNTIME = {now: () => new Date(), platform: process.platform, nonce: freshNonce}
const isPosix = process.platform !== 'win32'
const isRoot = process.geteuid?.() === 0

describe('the kubeconfig file', () => {
  let home: TestHome
  let path: string

  beforeEach(async () => {
    home = await makeHome()
    path = join(home.dir, '.kube', 'config')
  })
  afterEach(async () => {
    await chmod(home.dir, 0o700)
    await home.remove()
  })

  const update = (decide: (text: string | undefined) => string, at = path): Promise<string | undefined> =>
    updateKubeconfigFile(at, (text) => Promise.resolve(decide(text)), RUNTIME)
  const undo = async (paths: readonly string[], mayReplace = false): Promise<boolean> =>
    (await undoLastUpdate(paths, mayReplace, RUNTIME)).isDone
  const lastUpdated = async (paths: readonly string[]): Promise<readonly string[]> =>
    (await findLastUpdate(paths, RUNTIME)).map((version) => version.path)
  const names = (): Promise<string[]> => readdir(dirname(path))
  const backups = async (): Promise<string[]> =>
    (await readdir(join(dirname(path), '.ack-ram-tool'))).map((name) => join(dirname(path), '.ack-ram-tool', name))

  it('is made for its user only, with its directory', async () => {
    await update((text) => `${text ?? 'none'}\n`)
    expect(await readFile(path, 'utf8')).to.equal('none\n')
    if (!isPosix) return
    await expectMode(path, 0o600)
    await expectMode(dirname(path), 0o700)
  })

  it('keeps its mode, and the version before for its user only', async () => {
    await home.write('.kube/config', 'old\n')
    await chmod(path, 0o644)
    await update(() => 'new\n')
    const [backup = ''] = await backups()
    expect(await readFile(backup, 'utf8')).to.equal('old\n')
    if (!isPosix) return
    await expectMode(path, 0o644)
    await expectMode(backup, 0o600)
  })

  it('leaves nothing beside it but one backup', async () => {
    for (const text of ['1', '2', '3']) await update(() => text)
    expect(await names()).to.have.length(2)
    expect(await backups()).to.have.length(1)
  })

  it('is not written when nothing changes', async () => {
    await home.write('.kube/config', 'same\n')
    const before = await stat(path)
    await update((text) => text ?? '')
    expect((await stat(path)).mtimeMs).to.equal(before.mtimeMs)
    expect(await names()).to.deep.equal(['config'])
  })

  it('stays a link, and what it leads to is replaced', async function () {
    if (!isPosix) this.skip()
    const target = await home.write('dotfiles/kubeconfig', 'old')
    await mkdir(dirname(path))
    await symlink('../dotfiles/kubeconfig', path)
    await update(() => 'new')
    expect(await readlink(path)).to.equal('../dotfiles/kubeconfig')
    expect(await readFile(target, 'utf8')).to.equal('new')
    expect(await names()).to.deep.equal(['config'])
    expect(await lastUpdated([path])).to.deep.equal([path])
  })

  it('is locked once where two of its names lead to one lock', async function () {
    if (!isPosix) this.skip()
    await home.write('dotfiles/config', 'old')
    await symlink('dotfiles', dirname(path))
    for (const name of [path, relative(process.cwd(), path)]) {
      await update(() => name, name)
      expect(await readFile(path, 'utf8')).to.equal(name)
      expect(await undo([name])).to.equal(true)
    }
    expect(await names()).not.to.include('config.lock')
  })

  it('waits for a lock of kubectl, and says so when it stays', async () => {
    await home.write('.kube/config', 'old')
    await home.write('.kube/config.lock', '')
    const {code, message, nextStep} = await failureOf(update(() => 'new'))
    expect(code).to.equal('KubeconfigUnwritable')
    expect(message).to.contain('config.lock exists: another program is changing the file')
    expect(nextStep).to.contain('remove')
    expect(await readFile(path, 'utf8')).to.equal('old')
    expect(await names()).to.have.members(['config', 'config.lock'])
  })

  it('is locked while it is decided about, as kubectl locks it', async () => {
    await update(() => 'any')
    await updateKubeconfigFile(
      path,
      async () => {
        expect(await names()).to.include('config.lock')
        return 'other'
      },
      RUNTIME,
    )
    expect(await names()).not.to.include('config.lock')
  })

  it('is left alone, and unlocked, when deciding fails', async () => {
    await home.write('.kube/config', 'old')
    const error = new AckError('KubeconfigInvalid', 'no')
    expect(await failureOf(updateKubeconfigFile(path, () => Promise.reject(error), RUNTIME))).to.equal(error)
    expect(await readFile(path, 'utf8')).to.equal('old')
    expect(await names()).to.deep.equal(['config'])
  })

  it('is decided about anew when a program without the lock writes meanwhile', async () => {
    await home.write('.kube/config', 'old')
    const seen: (string | undefined)[] = []
    await updateKubeconfigFile(
      path,
      async (text) => {
        seen.push(text)
        if (seen.length === 1) await writeFile(path, 'foreign')
        return `${text ?? ''}+`
      },
      RUNTIME,
    )
    expect(seen).to.deep.equal(['old', 'foreign'])
    expect(await readFile(path, 'utf8')).to.equal('foreign+')
    const restless = await failureOf(
      updateKubeconfigFile(
        path,
        async (text) => {
          await writeFile(path, `${text ?? ''}!`)
          return 'mine'
        },
        RUNTIME,
      ),
    )
    expect(restless.message).to.contain('another program keeps changing it')
    expect(await readFile(path, 'utf8')).to.equal('foreign+!!!')
  })

  it('loses nothing when many write at once', async () => {
    await Promise.all(Array.from({length: 10}, (_, index) => update((text) => `${text ?? ''}${index}\n`)))
    expect((await readFile(path, 'utf8')).trim().split('\n')).to.have.members(
      Array.from({length: 10}, (_, index) => String(index)),
    )
  })

  it('is brought back and forth', async () => {
    await home.write('.kube/config', 'old')
    await update(() => 'new')
    for (const expected of ['old', 'new', 'old']) {
      expect(await undo([path])).to.equal(true)
      expect(await readFile(path, 'utf8')).to.equal(expected)
      expect(await names()).to.have.length(2)
    }
  })

  it('is not brought back over a later change, unless that is wanted', async () => {
    await home.write('.kube/config', 'old')
    await update(() => 'new')
    await writeFile(path, 'changed')
    expect(await undo([path])).to.equal(false)
    expect(await readFile(path, 'utf8')).to.equal('changed')
    expect(await undo([path], true)).to.equal(true)
    expect(await readFile(path, 'utf8')).to.equal('old')
    expect(await undo([path])).to.equal(true)
    expect(await readFile(path, 'utf8')).to.equal('changed')
  })

  it('is brought back to what the present content has replaced, after an update that was cut short', async () => {
    await home.write('.kube/config', 'old')
    await update(() => 'new')
    await home.write('.kube/config.0123456789abcdef.ack-ram-tool.bak', 'new')
    expect(await undo([path])).to.equal(true)
    expect(await readFile(path, 'utf8')).to.equal('old')
  })

  it('keeps its group', async function () {
    if (!isPosix || !isRoot) this.skip()
    await home.write('.kube/config', 'old')
    await chown(path, 0, 1234)
    await update(() => 'new')
    expect((await stat(path)).gid).to.equal(1234)
  })

  it('has nothing to bring back before the first update', async () => {
    expect((await failureOf(undo([path]))).code).to.equal('NothingToUndo')
    expect((await failureOf(lastUpdated([path]))).code).to.equal('NothingToUndo')
  })

  it('is found among many as the one that was updated last', async () => {
    const [first, second] = [join(home.dir, 'first'), join(home.dir, 'second')] as const
    await update(() => 'a', first)
    await update(() => 'b', second)
    expect(await lastUpdated([path, first, second])).to.deep.equal([second])
  })

  describe('of several that are updated together', () => {
    let first: string
    let second: string

    beforeEach(async () => {
      first = await home.write('one/first', 'a')
      second = await home.write('two/second', 'b')
    })

    const updateAll = (paths: readonly string[] = [first, second]): ReturnType<typeof updateKubeconfigFiles> =>
      updateKubeconfigFiles(
        paths.map((at) => ({path: at, decide: (text = '') => Promise.resolve(`${text}+`)})),
        RUNTIME,
      )
    const texts = (): Promise<string[]> => Promise.all([first, second].map((at) => readFile(at, 'utf8')))

    it('is brought back and forth with the others', async () => {
      await updateAll()
      for (const expected of [
        ['a', 'b'],
        ['a+', 'b+'],
        ['a', 'b'],
      ]) {
        expect(await lastUpdated([first, second])).to.have.members([first, second])
        expect(await undo([first, second])).to.equal(true)
        expect(await texts()).to.deep.equal(expected)
      }
    })

    it('is removed with the others brought back, where the update had made it', async () => {
      await rm(second)
      await updateAll()
      for (const expected of [['first'], ['first', 'second']]) {
        expect(await undo([first, second])).to.equal(true)
        const left = [...(await readdir(dirname(first))), ...(await readdir(dirname(second)))]
        expect(left.filter((name) => name !== '.ack-ram-tool')).to.deep.equal(expected)
      }
      expect(await texts()).to.deep.equal(['a+', '+'])
    })

    it('is brought back alone where it alone is named, or was updated later', async () => {
      await updateAll()
      await undo([second])
      expect(await texts()).to.deep.equal(['a+', 'b'])
      await updateAll()
      await update((text) => `${text ?? ''}!`, first)
      expect(await lastUpdated([first, second])).to.deep.equal([first])
      await undo([first, second])
      expect(await texts()).to.deep.equal(['a++', 'b+'])
    })

    it('is not brought back, nor is another, over a later change of one', async () => {
      await updateAll()
      await writeFile(second, 'changed')
      expect(await undo([first, second])).to.equal(false)
      expect(await texts()).to.deep.equal(['a+', 'changed'])
      expect(await undo([first, second], true)).to.equal(true)
      expect(await texts()).to.deep.equal(['a', 'b'])
    })

    it('is decided about as another name of it leaves it, and written once', async function () {
      if (!isPosix) this.skip()
      const link = join(home.dir, 'link')
      await symlink(first, link)
      const [one, other] = await updateAll([first, link])
      expect(await readFile(first, 'utf8')).to.equal('a++')
      expect(other).to.equal(one)
      expect(await undo([first, link])).to.equal(true)
      expect(await readFile(first, 'utf8')).to.equal('a')
    })

    it('stays as it is where another one is locked', async () => {
      await writeFile(`${second}.lock`, '')
      expect((await failureOf(updateAll())).message).to.contain('second.lock exists')
      expect(await texts()).to.deep.equal(['a', 'b'])
      expect(await readdir(dirname(first))).to.deep.equal(['first'])
    })

    it('stays as it is where what is kept of another one cannot be made', async () => {
      await writeFile(join(dirname(second), '.ack-ram-tool'), 'in the way')
      if (isPosix) await writeFile(join(dirname(second), `.ack-ram-tool-${process.geteuid?.()}`), 'in the way')
      expect((await failureOf(updateAll())).code).to.equal('KubeconfigUnwritable')
      expect(await texts()).to.deep.equal(['a', 'b'])
      expect((await failureOf(undo([first, second]))).code).to.equal('NothingToUndo')
    })

    it('has kept its earlier version where an earlier release named the backup', async () => {
      await updateAll()
      const place = join(dirname(second), '.ack-ram-tool')
      const [name = ''] = await readdir(place)
      await rename(join(place, name), join(place, name.replace(/\.[0-9a-f]{16}\.bak$/, '.bak')))
      await undo([second])
      expect(await texts()).to.deep.equal(['a+', 'b'])
    })
  })

  describe('is refused, untouched', () => {
    it('when it is a directory', async () => {
      await mkdir(path, {recursive: true})
      const {code, message, nextStep} = await failureOf(update(() => 'new'))
      expect(code).to.equal('KubeconfigUnreadable')
      expect(message).to.contain('EISDIR')
      expect(nextStep).to.contain('not a directory')
      expect(await names()).to.deep.equal(['config'])
    })

    it('when it is a device, or below a file', async function () {
      if (!isPosix) this.skip()
      expect((await failureOf(update(() => 'new', '/dev/null'))).message).to.contain('not a regular file')
      const file = await home.write('file', 'content')
      expect((await failureOf(update(() => 'new', join(file, 'config')))).code).to.match(/^Kubeconfig/)
      expect((await failureOf(update(() => 'new', '/proc/none/config'))).code).to.equal('KubeconfigUnwritable')
      expect(await readFile(file, 'utf8')).to.equal('content')
    })

    it('when it may not be read, or its directory not be written', async function () {
      if (!isPosix || isRoot) this.skip()
      await home.write('.kube/config', 'old')
      await chmod(path, 0o000)
      expect((await failureOf(readKubeconfigFile(path, 0))).nextStep).to.contain('readable')
      await chmod(path, 0o600)
      await chmod(dirname(path), 0o500)
      expect((await failureOf(update(() => 'new'))).code).to.equal('KubeconfigUnwritable')
      await chmod(dirname(path), 0o700)
      expect(await readFile(path, 'utf8')).to.equal('old')
    })

    it('when its name is too long, or its directory is gone, with the step for that', async () => {
      const long = join(home.dir, 'x'.repeat(254))
      const {message, nextStep} = await failureOf(update(() => 'new', long))
      expect(message).to.contain('ENAMETOOLONG')
      expect(nextStep).to.contain('shorter name')
      const gone = withClientGoLock([join(home.dir, 'gone', 'config')], [], RUNTIME, () => Promise.resolve())
      expect((await failureOf(gone)).nextStep).to.contain('make the directory,')
      expect(unwritable('x', 'ENOSPC').nextStep).to.contain('free space')
    })

    it('when it is not UTF-8, naming the line', async () => {
      for (const {name, bytes} of kubeconfigCorpus('bad')) {
        if (name !== 'not-utf8.yaml') continue
        await home.write('.kube/config', '')
        await writeFile(path, bytes)
        const {code, message} = await failureOf(update(() => 'new'))
        expect(code).to.equal('KubeconfigInvalid')
        expect(message).to.match(/line 3: it is not UTF-8$/)
        expect((await readFile(path)).equals(bytes)).to.equal(true)
      }
    })

    it('when it is larger than 16 MiB', async () => {
      await home.write('.kube/config', '#'.repeat(16 * 1024 * 1024 + 1))
      expect((await failureOf(update(() => 'new'))).message).to.contain('larger than 16 MiB')
    })

    for (const {name, bytes} of kubeconfigCorpus('bad')) {
      it(`when it is ${name}`, async () => {
        await mkdir(dirname(path))
        await writeFile(path, bytes)
        const decide = async (text = ''): Promise<string> => {
          const config = await openKubeconfig(text, basename(path))
          return config.edit({entries: [], currentContext: 'new'})
        }
        expect((await failureOf(updateKubeconfigFile(path, decide, RUNTIME))).message).to.match(/line \d+: /)
        expect((await readFile(path)).equals(bytes)).to.equal(true)
        expect(await names()).to.deep.equal(['config'])
      })
    }
  })

  it('is read by kubectl, with all that was in it, whatever it looked like before', async function () {
    if (!isKubectlPresent()) this.skip()
    const change = {kind: 'contexts', name: 'on', set: {cluster: 'no', user: '0123'}, remove: []} as const
    const viewOf = async (file: string): Promise<{readonly contexts: readonly {readonly name: string}[] | null}> => {
      const {stdout, stderr, exitCode} = await runKubectl(['config', 'view', '--raw', '-o', 'json'], {
        kubeconfig: file,
        home: home.dir,
      })
      expect({stderr, exitCode}, file).to.deep.equal({stderr: '', exitCode: 0})
      return JSON.parse(stdout) as {contexts: {name: string}[] | null}
    }
    for (const {name, bytes} of rowsOf(kubeconfigCorpus('good'), 4)) {
      const file = join(home.dir, name)
      await writeFile(file, bytes)
      const before = await viewOf(file)
      await updateKubeconfigFile(
        file,
        async (text = '') => (await openKubeconfig(text, file)).edit({entries: [change], currentContext: 'on'}),
        RUNTIME,
      )
      const contexts = [...(before.contexts ?? []), {name: 'on', context: {cluster: 'no', user: '0123'}}]
      const after = await viewOf(file)
      const byName = (list: typeof before.contexts): readonly object[] =>
        [...(list ?? [])].toSorted((one, other) => (one.name < other.name ? -1 : 1))
      expect(byName(after.contexts), name).to.deep.equal(byName(contexts))
      expect({...after, contexts: []}, name).to.deep.equal({...before, contexts: [], 'current-context': 'on'})
    }
  }).timeout(120_000)
})
