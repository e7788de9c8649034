import {expect} from 'chai'
import {
  array,
  assert as assertProperty,
  asyncProperty,
  boolean,
  constantFrom,
  dictionary,
  oneof,
  record,
  uniqueArray,
} from 'fast-check'
import {parseAllDocuments, type Document} from 'yaml'

import {AckError} from '../../../../src/lib/base/errors.ts'
import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import type {EntryKind, KubeconfigChanges} from '../../../../src/lib/kubeconfig/document/kubeconfig-changes.ts'
import {decodeText} from '../../../../src/lib/kubeconfig/file/kubeconfig-text.ts'
import {failureOf} from '../../../support/failure-of.ts'
import {howMany} from '../../../support/full.ts'
import {kubeconfigCorpus} from '../../../support/kubeconfig-corpus.ts'

const EXEC = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'ack-ram-tool',
  args: ['credential-plugin', 'get-token', '--cluster-id', 'c1'],
  provideClusterInfo: false,
}
const ADDED: KubeconfigChanges = {
  entries: [
    {kind: 'clusters', name: 'new', set: {server: 'https://new', 'certificate-authority-data': 'Y2E='}, remove: []},
    {kind: 'contexts', name: 'yes', set: {cluster: 'new', user: '0123'}, remove: []},
    {kind: 'users', name: '0123', set: {exec: EXEC}, remove: []},
  ],
  currentContext: 'yes',
}
const GOOD = kubeconfigCorpus('good').map(({name, bytes}) => ({name, text: decodeText(bytes, name)}))
/** They are in one line, or all of them is brackets: what changes there is written anew by the library or as JSON. */
const WRITTEN_ANEW = new Set(['flow.yaml', 'flow-lists.yaml', 'json.yaml', 'json-minified.yaml'])

const read = (text: string): Record<string, unknown> => {
  const [first] = parseAllDocuments(text, {version: '1.1', intAsBigInt: true, uniqueKeys: false}) as readonly Document[]
  return (first?.toJS() ?? {}) as Record<string, unknown>
}
const edit = async (text: string, changes: KubeconfigChanges): Promise<string> =>
  (await openKubeconfig(text, 'config')).edit(changes)

/** The lines of a text that are missing in another one, or stand in another order there. */
const lostLines = (before: string, after: string): readonly string[] => {
  const lines = before.split('\n')
  let at = 0
  for (const line of after.split('\n')) if (line === lines[at]) at += 1
  return lines.slice(at)
}

describe('openKubeconfig', () => {
  for (const {name, text} of GOOD) {
    describe(`with ${name}`, () => {
      it('adds entries and keeps every other character', async () => {
        const edited = await edit(text, ADDED)
        const [before, after] = [read(text), read(edited)]
        for (const key of Object.keys(before)) {
          if (!['clusters', 'contexts', 'users', 'current-context'].includes(key))
            expect(after[key], key).to.deep.equal(before[key])
        }
        const listOf = (value: Record<string, unknown>, kind: EntryKind): readonly unknown[] =>
          (value[kind] ?? []) as readonly unknown[]
        for (const kind of ['clusters', 'contexts', 'users'] as const)
          expect(listOf(after, kind).slice(0, -1)).to.deep.equal(listOf(before, kind))
        expect(listOf(after, 'users').at(-1)).to.deep.equal({name: '0123', user: {exec: EXEC}})
        expect(after['current-context']).to.equal('yes')
        if (WRITTEN_ANEW.has(name)) return
        const touched = /^\uFEFF?["']?(clusters|contexts|users|current-context|\? contexts|: \[\])["']?/
        const withoutTouched = text
          .replace(/\n?\.\.\.\n$/, '')
          .split('\n')
          .filter((line) => !touched.test(line))
        const lost = lostLines(withoutTouched.join('\n'), edited)
        expect(lost.filter((line) => line.trim() !== '')).to.deep.equal([])
      })

      it('keeps line ends, byte order mark and the kind of format', async () => {
        const edited = await edit(text, ADDED)
        expect(edited.startsWith('\uFEFF')).to.equal(text.startsWith('\uFEFF'))
        expect(/[^\r]\n/.test(edited)).to.equal(!/\r\n/.test(text) && edited.includes('\n'))
        if (/^[[{]\s*"/.test(text)) expect(() => JSON.parse(edited) as unknown).not.to.throw()
      })

      it('writes nothing when nothing changes', async () => {
        const edited = await edit(text, ADDED)
        expect(await edit(edited, ADDED)).to.equal(edited)
        expect(await edit(text, {entries: []})).to.equal(text)
      })

      it('changes an entry, and can take the change back', async () => {
        const added = await edit(text, ADDED)
        const set = {server: 'https://other', 'proxy-url': 'http://p'}
        const changed = await edit(added, {entries: [{kind: 'clusters', name: 'new', set, remove: []}]})
        expect((await openKubeconfig(changed, 'config')).entry('clusters', 'new')).to.deep.equal({
          'certificate-authority-data': 'Y2E=',
          ...set,
        })
        const back = {kind: 'clusters', name: 'new', set: {server: 'https://new'}, remove: ['proxy-url']} as const
        expect(read(await edit(changed, {entries: [back]}))).to.deep.equal(read(added))
      })
    })
  }

  it('makes a new kubeconfig of an empty one', async () => {
    const text = await edit('# mine\n', {...ADDED, entries: ADDED.entries.slice(0, 1)})
    expect(text).to.equal(
      [
        '# mine',
        'apiVersion: v1',
        'kind: Config',
        'clusters:',
        '- cluster:',
        '    server: https://new',
        '    certificate-authority-data: Y2E=',
        '  name: new',
        'contexts: []',
        'current-context: "yes"',
        'users: []',
        '',
      ].join('\n'),
    )
  })

  for (const [start, end] of [
    ['---\n', ''],
    ['---\n# mine\n', ''],
    ['# mine\n---\n', '...\n'],
    ['%YAML 1.1\n--- # mine\n', ''],
  ] as const) {
    it(`makes a new kubeconfig of one that has marks only: ${JSON.stringify(start + end)}`, async () => {
      const text = await edit(start + end, ADDED)
      expect(text.startsWith(`${start}apiVersion: v1\n`)).to.equal(true)
      expect(text.endsWith(`\n${end}`)).to.equal(true)
      expect((await openKubeconfig(text, 'config')).currentContext).to.equal('yes')
    })
  }

  it('keeps what JavaScript reads otherwise in JSON: digits, doubled names, the order of names and escapes', async () => {
    const text = String.raw`{"2":1.0,"1":12345678901234567890,"z":1,"z":"\u0041","users":[{"name":"a","user":{"x":1.0}},{"name":"b","user":{"y":1e2,"token":"t"}}]}`
    const added = ',"contexts":[{"context":{"user":"b"},"name":"c"}]}'
    expect(await edit(text, {entries: [{kind: 'contexts', name: 'c', set: {user: 'b'}, remove: []}]})).to.equal(
      text.slice(0, -1) + added,
    )
    expect(await edit(text, {entries: [{kind: 'users', name: 'b', set: {token: 'new'}, remove: []}]})).to.equal(
      text.replace('"t"', '"new"'),
    )
    expect(await edit(text, {entries: [], removals: [{kind: 'users', name: 'a'}]})).to.equal(
      text.replace('{"name":"a","user":{"x":1.0}},', ''),
    )
  })

  it('escapes in every layout what kubectl refuses, or takes for the end of a line', async () => {
    const name = 'a\u0085\u2028\u2029\uFFFE\uFFFF'
    const entries = [{kind: 'contexts', name, set: {user: name}, remove: []}] as const
    for (const text of ['', '{"contexts": []}', '{contexts: [{name: a}]}', 'contexts: [{name: a}]\n']) {
      const edited = await edit(text, {entries})
      expect(edited, text).not.to.match(/[\u007F-\u009F\u2028\u2029\uFFFE\uFFFF]/)
      expect((await openKubeconfig(edited, 'config')).entry('contexts', name), text).to.deep.equal({user: name})
    }
  })

  it('keeps comments inside of an entry that changes', async () => {
    const text = 'users:\n- name: a # 1\n  # 2\n  user: # 3\n    # 4\n    token: SECRET # 5\n    as: b # 6\n'
    const entries = [{kind: 'users', name: 'a', set: {exec: {command: 'x'}}, remove: ['token']}] as const
    const edited = await edit(text, {entries})
    for (const comment of ['# 1', '# 2', '# 3', '# 4', '# 6']) expect(edited).to.contain(comment)
    expect(read(edited)).to.deep.equal({users: [{name: 'a', user: {as: 'b', exec: {command: 'x'}}}]})
  })

  it('changes an entry that shares a part with others only if the others stay', async () => {
    const anchors = GOOD.find(({name}) => name === 'anchors.yaml')?.text ?? ''
    const change = (kind: EntryKind, name: string): KubeconfigChanges => ({
      entries: [{kind, name, set: {server: 'https://other'}, remove: []}],
    })
    const before = read(anchors) as {clusters: readonly {name: string; cluster: object}[]}
    for (const name of ['a', 'b']) {
      let edited: string | undefined
      try {
        edited = await edit(anchors, change('clusters', name))
      } catch (error) {
        expect(error).to.be.instanceOf(AckError)
        expect((error as AckError).message).to.match(
          /^config, line [59]: cannot change an entry that shares an anchor \(&\) with others/,
        )
      }
      if (edited === undefined) continue
      const after = read(edited) as typeof before
      for (const [index, cluster] of after.clusters.entries()) {
        if (cluster.name === name) expect(cluster.cluster).to.deep.include({server: 'https://other'})
        else expect(cluster).to.deep.equal(before.clusters[index])
      }
    }
  })

  it('names the line of a current context that shares its anchor with an entry', async () => {
    const text = 'users:\n- name: a\n  user: {token: t}\ncurrent-context: &n mine\nextensions: [{name: *n}]\n'
    expect((await failureOf(edit(text, {entries: [], currentContext: 'other'}))).message).to.match(/^config, line 4: /)
  })

  it('names the line of what is shared, also of a list that gets an entry, and of one field among those that change', async () => {
    const line = async (text: string, changes: KubeconfigChanges): Promise<string | undefined> =>
      /line \d+/.exec((await failureOf(edit(text, changes))).message)?.[0]
    const lists =
      'apiVersion: v1\nkind: Config\nclusters: &a\n- name: x\n  cluster: {}\nclusters2: *a\ncontexts: []\nusers: []\n'
    const added = ['clusters', 'users'].map((kind) => ({kind: kind as EntryKind, name: 'new', set: {}, remove: []}))
    expect(await line(lists, {entries: added})).to.equal('line 3')
    const user = (name: string, args: string): string =>
      `- name: ${name}\n  user:\n    exec:\n      command: c # &not\n      args: ${args}\n`
    const users = `clusters:\n- name: k\n  cluster: {}\nusers:\n${user('a', '&args\n      - one')}${user('b', '*args')}`
    const set = {exec: {command: 'd', args: ['two']}}
    const entries = [
      {kind: 'clusters' as const, name: 'k', set: {}, remove: []},
      {kind: 'users' as const, name: 'a', set, remove: []},
    ]
    expect(await line(users, {entries})).to.equal('line 9')
  })

  it('says what is there', async () => {
    const config = await openKubeconfig('current-context: a\nusers:\n- name: a\n  user: {token: t}\n- name: b\n', 'c')
    expect(config.currentContext).to.equal('a')
    expect(config.entry('users', 'a')).to.deep.equal({token: 't'})
    expect(config.entry('users', 'b')).to.deep.equal({})
    expect(config.entry('users', 'c')).to.equal(undefined)
    expect(config.entry('clusters', 'a')).to.equal(undefined)
    expect((await openKubeconfig('current-context: ""\n', 'c')).currentContext).to.equal(undefined)
  })

  it('loses nothing of any file, whatever is changed in it', async () => {
    const name = constantFrom('a', 'b', 'new', 'on', '1:2', 'ü', 'x: y', '# z', "'", '"', '-', '~', '0x1F', ' s ')
    const value = oneof(name, constantFrom('https://a:6443', 'line\nline', '', 'LS0t=='))
    const field = constantFrom('server', 'token', 'namespace', 'user', 'proxy-url')
    const change = record({
      kind: constantFrom<EntryKind>('clusters', 'users', 'contexts'),
      name,
      set: oneof(dictionary(field, value, {maxKeys: 3}), dictionary(constantFrom('unknown', 'other'), boolean())),
      remove: uniqueArray(constantFrom('client-certificate', 'client-key-data'), {maxLength: 1}),
    })
    const file = constantFrom(...GOOD.filter(({name}) => name !== 'anchors.yaml').map(({text}) => text))
    await assertProperty(
      asyncProperty(file, array(change, {minLength: 1, maxLength: 4}), async (text, entries) => {
        const edited = await edit(text, {entries})
        const config = await openKubeconfig(edited, 'config')
        const last = new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry]))
        for (const {kind, name, set} of last.values()) expect(config.entry(kind, name)).to.deep.include(set)
        expect(await edit(edited, {entries: [...last.values()]})).to.equal(edited)
      }),
      {numRuns: howMany(150, 40, 15)},
    )
  }).timeout(60_000)

  describe('refuses', () => {
    const CAUSES: Readonly<Record<string, RegExp>> = {
      'a-list.yaml': /line 1: the file is not a mapping/,
      'a-text.yaml': /line 1: the file is not a mapping/,
      'alias-bomb.yaml': /line 1: aliases \(\*\) that expand to too much/,
      'clusters-is-a-mapping.yaml': /line [12]: clusters is not a list/,
      'duplicate-names.yaml': /line 4: two entries of clusters have the same name/,
      'entry-is-text.yaml': /line 2: an entry of users is not a mapping/,
      'inner-is-text.yaml': /line 3: user is not a mapping/,
      'merge-conflict.yaml': /line [2-6]: /,
      'name-is-a-number.yaml': /line 2: name is not text: put it in quotation marks/,
      'nul.yaml': /line 3: a control character/,
      'other-kind.yaml': /line 2: kind is not Config/,
      'other-version.yaml': /line 1: apiVersion is not v1/,
      'tab-indentation.yaml': /line 4: a tab is used as indentation/,
      'trailing-garbage.yaml': /line 3: unexpected text/,
      'truncated-json.yaml': /line 1: a bracket or brace is not closed/,
      'truncated.yaml': /line [34]: a quotation mark is not closed/,
      'unclosed-quote.yaml': /line [345]: a quotation mark is not closed/,
      'unknown-alias.yaml': /line 3: an alias \(\*\) without its anchor/,
      'wrong-indentation.yaml': /line 3: wrong indentation/,
    }
    for (const {name, bytes} of kubeconfigCorpus('bad')) {
      // Not text at all: that is found where the file is read.
      if (name === 'not-utf8.yaml') continue
      it(`${name}, with line and cause, and quotes nothing of it`, async () => {
        const error = await openKubeconfig(bytes.toString('utf8'), 'config').then(
          () => undefined,
          (caught: unknown) => caught,
        )
        expect(error).to.be.instanceOf(AckError)
        const {code, message, nextStep} = error as AckError
        expect(code).to.equal('KubeconfigInvalid')
        expect(message).to.match(CAUSES[name] ?? /no cause is expected/)
        expect(message + nextStep).not.to.contain('SECRET')
      })
    }
  })
})
