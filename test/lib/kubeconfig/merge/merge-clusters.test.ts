import {chmod, readFile, writeFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'

import {expect} from 'chai'

import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import type {DesiredCluster} from '../../../../src/lib/kubeconfig/entries/desired-entries.ts'
import {
  mergeClusters,
  type FindStale,
  type MergedFile,
  type MergeQuestions,
  type MergeResult,
} from '../../../../src/lib/kubeconfig/merge/merge-clusters.ts'
import {staleEntries} from '../../../../src/lib/kubeconfig/merge/stale-entries.ts'
import type {PlannedCommand} from '../../../../src/lib/kubeconfig/merge/merge-plan.ts'
import type {Flags} from '../../../../src/lib/options/read-option.ts'
import {readUpdateOptions} from '../../../../src/lib/options/update-options.ts'
import {failureOf} from '../../../support/failure-of.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'
import {freshNonce} from '../../../support/runtime.ts'
import {testContext} from '../../../support/source-context.ts'

const wanted = (name: string): DesiredCluster => ({
  contextName: name,
  entries: [
    {kind: 'contexts', name, fields: {cluster: name, user: name}},
    {kind: 'clusters', name, fields: {server: `https://${name}`, 'certificate-authority-data': 'Y2E='}},
    {
      kind: 'users',
      name,
      fields: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: 'ack-ram-tool',
          args: ['credential-plugin', 'get-token', '--cluster-id', name],
          interactiveMode: 'Never',
        },
      },
    },
  ],
})
const ELSEWHERE = 'clusters:\n- name: c1\n  cluster:\n    server: https://elsewhere\n'
type Confirm = MergeQuestions['replace']

const CONFLICT = (path: string): string => `cluster "c1" in ${path} points to elsewhere; replace by c1`
const never: Confirm = (conflicts) => Promise.reject(new Error(`asked about ${conflicts.join()}`))

describe('mergeClusters', () => {
  let home: TestHome
  let path: string
  let lines: readonly string[]
  let commands: readonly PlannedCommand[]

  beforeEach(async () => {
    home = await makeHome()
    path = join(home.dir, 'config')
    commands = []
  })
  afterEach(() => home.remove())

  interface Given {
    readonly clusters?: readonly DesiredCluster[]
    readonly flags?: Flags
    readonly confirm?: Confirm
    readonly env?: Record<string, string>
    readonly refusesCommand?: boolean
    readonly remove?: MergeQuestions['remove']
    readonly findStale?: FindStale
  }
  const merge = async (given: Given = {}): Promise<readonly MergedFile[]> => {
    const {files} = await mergeAll(given)
    return files.map(({path, before, after}) => ({path, before, after}))
  }
  const mergeAll = async (given: Given): Promise<MergeResult> => {
    const {clusters = [wanted('c1')], confirm = never, refusesCommand = false, findStale} = given
    const remove: MergeQuestions['remove'] = given.remove ?? (() => Promise.reject(new Error('asked to remove')))
    const flags = {kubeconfig: path, ...given.flags}
    const context = testContext({
      flags,
      env: given.env ?? {},
      runtime: {homeDir: home.dir, nonce: freshNonce, now: () => new Date()},
    })
    lines = context.log.lines
    const options = readUpdateOptions({flags, execInfo: {}, env: {}})
    const checkCommands = (planned: readonly PlannedCommand[]): Promise<void> => {
      commands = planned
      return refusesCommand ? Promise.reject(new Error('no such command')) : Promise.resolve()
    }
    return mergeClusters(clusters, options, context, {replace: confirm, remove}, {checkCommands, findStale})
  }
  const text = (): Promise<string> => readFile(path, 'utf8')
  const currentContext = async (): Promise<string | undefined> =>
    (await openKubeconfig(await text(), path)).currentContext

  it('makes the file, and has nothing to do the second time', async () => {
    const [only, ...others] = await merge()
    expect(others).to.deep.equal([])
    expect(only).to.deep.equal({path, before: '', after: await text()})
    const config = await openKubeconfig(await text(), path)
    for (const {kind, name, fields} of wanted('c1').entries) expect(config.entry(kind, name)).to.deep.equal(fields)
    expect(config.currentContext).to.equal('c1')
    const args = ['credential-plugin', 'get-token', '--cluster-id', 'c1']
    expect(commands).to.deep.equal([{user: 'c1', before: undefined, command: 'ack-ram-tool', args}])
    expect(await merge()).to.deep.equal([])
    expect(commands).to.deep.equal([{user: 'c1', before: 'ack-ram-tool', command: 'ack-ram-tool', args}])
    expect(lines).to.deep.equal([])
  })

  it('writes nothing for a preview, and gives the file also where nothing would change for --dry-run', async () => {
    for (const flags of [{diff: true}, {'dry-run': true}]) {
      const [planned] = await merge({flags})
      expect(planned).to.include({path, before: ''})
      expect(planned?.after).to.contain('https://c1')
      expect(await failureOfReading()).to.equal('ENOENT')
      expect(lines).to.deep.equal([])
    }
    await merge()
    expect(await merge({flags: {diff: true}})).to.deep.equal([])
    const same = await text()
    expect(await merge({flags: {'dry-run': true}})).to.deep.equal([{path, before: same, after: same}])
  })
  const failureOfReading = (): Promise<string | undefined> =>
    text().then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    )

  it('asks before it replaces what points elsewhere, and leaves the file alone without a yes', async () => {
    await writeFile(path, ELSEWHERE)
    const asked: (readonly string[])[] = []
    const answer =
      (isYes: boolean): Confirm =>
      (conflicts) => {
        asked.push(conflicts)
        return Promise.resolve(isYes)
      }
    const error = await failureOf(merge({confirm: answer(false)}))
    expect(error.code).to.equal('KubeconfigConflict')
    expect(error.message).to.equal(`refusing to replace existing entries: ${CONFLICT(path)}`)
    expect(await text()).to.equal(ELSEWHERE)
    await merge({confirm: answer(true)})
    expect(await text())
      .to.contain('https://c1')
      .and.not.contain('elsewhere')
    expect(asked).to.deep.equal([[CONFLICT(path)], [CONFLICT(path)]])
  })

  it('asks nobody for a preview, but says what would be replaced', async () => {
    await writeFile(path, ELSEWHERE)
    for (const flags of [{diff: true}, {'dry-run': true}]) {
      const [planned] = await merge({flags})
      expect(planned?.after).to.contain('https://c1')
      expect(lines).to.deep.equal([`warn: this would replace existing entries: ${CONFLICT(path)}`])
    }
    expect(await text()).to.equal(ELSEWHERE)
  })

  it('writes nothing where kubectl could not start the command', async () => {
    await writeFile(path, ELSEWHERE)
    expect(await merge({refusesCommand: true}).catch((error: Error) => error.message)).to.equal('no such command')
    expect(await text()).to.equal(ELSEWHERE)
  })

  it('plans anew where the file has changed since, and replaces nothing that was not asked about', async () => {
    await writeFile(path, ELSEWHERE)
    const changed = `${ELSEWHERE}current-context: theirs\ncontexts:\n- name: theirs\n  context: {user: x}\n`
    const changing =
      (to: string): Confirm =>
      async () => {
        await writeFile(path, to)
        return true
      }
    const [merged] = await merge({confirm: changing(changed)})
    expect(merged?.before).to.equal(changed)
    expect(await text())
      .to.contain('theirs')
      .and.contain('https://c1')
    expect(await currentContext()).to.equal('c1')
    await writeFile(path, ELSEWHERE)
    const other = `${ELSEWHERE}contexts:\n- name: c1\n  context: {cluster: c2, user: x}\n`
    const error = await failureOf(merge({confirm: changing(other)}))
    expect(error.code).to.equal('KubeconfigConflict')
    expect(error.message).to.equal(
      `refusing to replace existing entries: context "c1" in ${path} uses cluster "c2" and user "x"; replace by cluster "c1" and user "c1"`,
    )
    expect(await text()).to.equal(other)
  })

  it('switches to the cluster, or leaves the current context where it is told to', async () => {
    await writeFile(path, 'current-context: theirs\n')
    await merge({flags: {'no-switch-context': true}})
    expect(await currentContext()).to.equal('theirs')
    await merge()
    expect(await currentContext()).to.equal('c1')
  })

  it('switches to the first of all clusters only where no context is current', async () => {
    const clusters = [wanted('c1'), wanted('c2')]
    await writeFile(path, 'current-context: theirs\n')
    await merge({clusters, flags: {all: true}})
    expect(await currentContext()).to.equal('theirs')
    await writeFile(path, '')
    await merge({clusters, flags: {all: true, 'no-switch-context': true}})
    expect(await currentContext()).to.equal(undefined)
    // Contexts, but none that is current: so it stays.
    await merge({clusters: [wanted('c3'), ...clusters], flags: {all: true}})
    expect(await currentContext()).to.equal(undefined)
    await writeFile(path, '')
    await merge({clusters, flags: {all: true}})
    expect(await currentContext()).to.equal('c1')
    expect(await merge({clusters: [], flags: {all: true}})).to.deep.equal([])
  })

  it('goes by all files of a list: writes where one is there, and finds what is current in any of them', async () => {
    const [first, second] = [join(home.dir, 'first'), join(home.dir, 'second')]
    const given = {flags: {kubeconfig: undefined}, env: {KUBECONFIG: [first, second].join(delimiter)}}
    await writeFile(second, '')
    expect((await merge(given)).map((file) => file.path)).to.deep.equal([second])
    await writeFile(first, 'kind: Config\n')
    await writeFile(second, 'current-context: theirs\n')
    const merged = await merge({...given, flags: {...given.flags, all: true}})
    expect(merged.map((file) => file.path)).to.deep.equal([first])
    expect(merged[0]?.after).not.to.contain('current-context: c1')
  })

  it('says which entries were changed, and what kubectl will start for each user', async () => {
    const {changed, commands: started, removed, lostContext, files} = await mergeAll({})
    expect([...changed]).to.deep.equal(['contexts c1', 'clusters c1', 'users c1'])
    expect([...started]).to.deep.equal([['c1', 'ack-ram-tool']])
    expect([removed, lostContext]).to.deep.equal([[], undefined])
    const again = await mergeAll({clusters: [wanted('c1'), wanted('c2')]})
    expect([...again.changed]).to.deep.equal(['contexts c2', 'clusters c2', 'users c2'])
    expect(await readFile(again.files[0]?.backup ?? '', 'utf8')).to.equal(files[0]?.after)
  })

  describe('removes the entries of clusters that are gone', () => {
    const findStale: FindStale = (files) =>
      Promise.resolve(staleEntries(files, [wanted('c1')], ({clusterId}) => clusterId === 'gone'))
    const withGone = async (): Promise<string> => {
      await merge({clusters: [wanted('c1'), wanted('gone'), wanted('other')]})
      await writeFile(path, (await text()).replace('current-context: c1', 'current-context: gone'))
      return text()
    }

    it('after a yes, with what would be left, and leaves no context current that is gone', async () => {
      const before = await withGone()
      const shown: MergedFile[] = []
      const {removed, lostContext, files} = await mergeAll({
        flags: {all: true},
        findStale,
        remove: (stale, merged) => {
          expect(stale.map(({kind, name}) => `${kind} ${name}`)).to.deep.equal([
            'contexts gone',
            'users gone',
            'clusters gone',
          ])
          shown.push(...merged)
          return Promise.resolve(true)
        },
      })
      expect(shown).to.deep.equal([{path, before, after: await text()}])
      expect([removed.length, lostContext, files.length]).to.deep.equal([3, 'gone', 1])
      expect(await text())
        .to.contain('other')
        .and.not.contain('gone')
      expect(await currentContext()).to.equal(undefined)
    })

    it('not without a yes, and asks nobody for a preview', async () => {
      const before = await withGone()
      const error = await failureOf(mergeAll({flags: {all: true}, findStale, remove: () => Promise.resolve(false)}))
      expect(error.code).to.equal('KubeconfigConflict')
      expect(error.message).to.equal('refusing to remove the entries of clusters that are gone: "gone"')
      const {files} = await mergeAll({flags: {all: true, diff: true}, findStale})
      expect(files[0]?.after).not.to.contain('gone')
      expect(await text()).to.equal(before)
    })

    it('and says that the current context is lost only where it was among them and no other has its name', async () => {
      await withGone()
      const lost = async (staysCurrent?: 'shadowed' | 'shadowing'): Promise<string | undefined> => {
        const find: FindStale = async (files) =>
          Array.from(await findStale(files), (entry) => ({...entry, staysCurrent}))
        return (await mergeAll({flags: {all: true, diff: true}, findStale: find})).lostContext
      }
      expect([await lost(), await lost('shadowing'), await lost('shadowed')]).to.deep.equal(['gone', 'gone', undefined])
      await writeFile(path, (await text()).replace('current-context: gone', 'current-context: c1'))
      expect(await lost()).to.equal(undefined)
    })

    it('but not what another context uses', async () => {
      await withGone()
      const mine = 'contexts:\n- name: mine\n  context: {cluster: gone, user: gone}\n'
      await writeFile(path, (await text()).replace('contexts:\n', mine))
      const {removed} = await mergeAll({
        flags: {all: true},
        findStale: (files) => Promise.resolve(staleEntries(files, [], ({contextName}) => contextName === 'gone')),
        remove: () => Promise.resolve(true),
      })
      expect(removed.map(({kind, name}) => `${kind} ${name}`)).to.deep.equal(['contexts gone'])
    })

    it('but not one that somebody has changed since', async () => {
      await withGone()
      await mergeAll({
        flags: {all: true},
        findStale,
        remove: async () => {
          await writeFile(path, (await text()).replace('server: https://gone', 'server: https://moved'))
          return true
        },
      })
      expect(await text())
        .to.contain('https://moved')
        .and.not.match(/(?:user|context|current-context): gone/)
    })
  })

  it('warns of a file that others can write, and of no other', async function () {
    if (process.platform === 'win32') this.skip()
    await merge()
    await chmod(path, 0o666)
    await merge({clusters: [wanted('c2')]})
    expect(lines).to.have.length(1)
    expect(lines[0]).to.match(/^warn: .*config: .*and so can decide what kubectl runs as you$/)
  })
})
