import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import type {KubeconfigChanges} from '../../../../src/lib/kubeconfig/document/kubeconfig-changes.ts'
import {isKubectlPresent, runKubectl} from '../../../local-cloud/kubectl.ts'
import {failureOf} from '../../../support/failure-of.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'

const KEY_LIMIT = 1024
const user = (fields: string): string => `users: [{name: a, user: {${fields}}}]\n`
const cluster = (fields: string): string => `clusters: [{name: a, cluster: {${fields}}}]\n`

/** What kubectl reads, by what is odd in it; with the current context that it finds. */
const READABLE: Readonly<Record<string, readonly [text: string, currentContext?: string]>> = {
  'nothing but null': ['null\n'],
  'null with a comment': ['# 1\nnull # 2\n# 3\n'],
  'null after a mark': ['--- ~\n'],
  'a mark at the end': ['current-context: a\n---\n', 'a'],
  'a second document': ['current-context: a\n---\ncurrent-context: b\n', 'a'],
  'a second document after an empty one': ['---\n---\ncurrent-context: b\n'],
  'a second document that is broken': ['current-context: a\n--- "b\n', 'a'],
  'anything after the end': ['current-context: a\n...\nusers: [\n', 'a'],
  'a key twice': ['current-context: a\ncurrent-context: b\n', 'b'],
  'a list twice': ['contexts:\n- name: x\n  context: {user: 5}\ncontexts: []\n'],
  'a list, then null': ['users:\n- name: a\nusers: null\n'],
  'a field twice in brackets': ['contexts: [{name: x, context: {namespace: 1, namespace: a}}]\n'],
  'an entry without a name': ['users:\n- user: {token: SECRET}\ncontexts:\n- context: {user: a}\nclusters:\n- {}\n'],
  'an entry whose name is nothing': ['users:\n- name:\n  user: {token: SECRET}\n'],
  'a dash that was left over': ['users:\n- name: a\n-\n'],
  'null for every field': ['apiVersion: null\nkind: ~\nclusters:\ncontexts: ~\ncurrent-context:\npreferences: null\n'],
  'null in every list': [
    `${user('exec: {args: [~], env: [~]}, as-groups: [~], as-user-extra: {a: ~}')}extensions: [~]\n`,
  ],
  'a version of YAML': ['%YAML 1.1\n---\ncurrent-context: a\n', 'a'],
  'numbers and booleans as keys': ['1: x\n1.5: x\ntrue: x\n2001-01-01: x\ncurrent-context: a\n', 'a'],
  'times and numbers to the base of 60, which are text': ['current-context: 12:30:00\n', '12:30:00'],
  'a number that is too large, which is text': ['current-context: 1e999\n', '1e999'],
  'a tag that makes it text': ['current-context: !!str 5\n', '5'],
  'a tag of somebody': ['current-context: !mine 5\n', '5'],
  'a merge after a field, which wins': ['contexts:\n- name: x\n  context:\n    namespace: 1\n    <<: {namespace: a}\n'],
  'a merge key in quotation marks, which is none': ['"<<": 5\n'],
  'an anchor twice': ['x: &a 1\ny: &a z\ncurrent-context: *a\n', 'z'],
  'an anchor of nothing': ['x: &a\ncurrent-context: *a\n'],
  'tabs in brackets': ['{\n\t"current-context":\t"a"\n}\n', 'a'],
  'brackets without indentation': ['contexts: [\n{name: a,\n\tcontext: {user: b}}\n]\ncurrent-context: a\n', 'a'],
  'a text that goes on without indentation': ['users:\n- name: a\n  user:\n    token: "a\\\nb\n\tc"\n'],
  'base64 with line ends': [cluster(String.raw`certificate-authority-data: "QU\nI=\n"`)],
  'bytes as a list': [user('client-key-data: [1, 255]')],
  'extensions that are empty under one name': ['preferences: {extensions: [{name: a}, {name: a}]}\n'],
  'bytes as a list, from the least on': [user('client-key-data: [0, ~, 255]')],
  'kind and version in any letters, the last of which counts': ['kind: Config\nKind: Pod\nAPIVersion: ~\n'],
  'an empty kind and version': ['kind: ""\napiVersion: ""\n'],
  'a current context twice, the first of which is no text': ['current-context: []\ncurrent-context: a\n', 'a'],
  'extensions of one name, only the last of which has a content': [
    cluster('extensions: [{name: a}, {name: a, extension: ~}, {name: a, extension: 1}]'),
  ],
  'extensions of nothing': ['extensions: [~, ~, {}]\nusers: [~]\ncontexts: [{context: ~}]\n'],
  'extensions of one name in several entries': [
    `users:\n${['a', 'b'].map((name) => `- {name: ${name}, user: {extensions: [{name: x, extension: 1}]}}\n`).join('')}`,
  ],
  'fields of its own': ['x: {a: [1, 2.5, yes, ~, 2001-01-01]}\nusers: [{name: a, user: {other: 5}, more: true}]\n'],
  'a key as long as it may be': [`${'x'.repeat(KEY_LIMIT)}: a\n`],
}

/** Fields by what kubectl expects there, each with a value of another type. */
const OF_ANOTHER_TYPE = (
  [
    ['text', '5', (field) => `${field}\n`, ['current-context']],
    ['text', '5', (field) => `contexts: [{name: a, context: {${field}}}]\n`, ['cluster', 'namespace']],
    ['text', '5', cluster, ['certificate-authority', 'proxy-url']],
    ['text', '5', user, ['client-certificate', 'client-key', 'tokenFile', 'as', 'as-uid']],
    ['text', '5', (field) => user(`exec: {${field}}`), ['command', 'apiVersion', 'installHint']],
    ['text', '5', (field) => user(`exec: {env: [{${field}}]}`), ['name']],
    ['text', '5', (field) => user(`auth-provider: {${field}}`), ['name']],
    ['text', '5', (field) => `preferences: {extensions: [{${field}}]}\n`, ['name']],
    ['a list', '{}', (field) => `${field}\n`, ['clusters', 'contexts', 'users', 'extensions']],
    ['a list', '{}', (field) => `contexts: [{name: a, context: {${field}}}]\n`, ['extensions']],
    ['a list', '{}', cluster, ['extensions']],
    ['a list', '{}', user, ['extensions']],
    ['a mapping', '[]', (field) => `contexts: [{name: a, ${field}}]\n`, ['context']],
    ['a mapping', '[]', (field) => user(`auth-provider: {${field}}`), ['config']],
    ['a mapping', '[]', user, ['as-user-extra']],
  ] as readonly (readonly [string, string, (field: string) => string, readonly string[]])[]
).flatMap(([type, value, write, fields]) =>
  fields.map((field) => {
    const text = write(`${field}: ${value}`)
    return [`a ${field} that is not ${type}: ${text}`, [text, new RegExp(`line 1: ${field} is not ${type}`)]] as const
  }),
)

/** What kubectl does not read; with what we say. */
const UNREADABLE: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  ...Object.fromEntries(OF_ANOTHER_TYPE),
  'a name that is a number': ['users:\n- name: 12\n', /line 2: name is not text: put it in quotation marks$/],
  'a namespace that is a number': [
    'contexts:\n- name: a\n  context:\n    namespace: 123\n',
    /line 4: namespace is not text: put it in/,
  ],
  'a user that is a number': ['contexts: [\n  {name: a, context: {user: 1}}]\n', /line 2: user is not text/],
  'a token that is a number': [user('token: 123456'), /line 1: token is not text/],
  'a password that is a boolean': [user('password: on'), /line 1: password is not text/],
  'a password that is a number in octal': [user('password: 0o17'), /line 1: password is not text/],
  'a password that is a floating number': [user('password: 1_0.5e3'), /line 1: password is not text/],
  'a password that is a list': [user('password: [SECRET]'), /line 1: password is not text$/],
  'a user name that is the word y': [user('username: y'), /line 1: username is not text/],
  'a group that is a number': [user('as-groups: [a, 5]'), /line 1: an entry of as-groups is not text/],
  'a group instead of a list': [user('as-groups: a'), /line 1: as-groups is not a list/],
  'an extra that is no list': [user('as-user-extra: {a: b}'), /line 1: an entry of as-user-extra is not a list/],
  'a server that is a number': [cluster('server: 5'), /line 1: server is not text/],
  'a boolean in quotation marks': [
    cluster('insecure-skip-tls-verify: "true"'),
    /line 1: insecure-skip-tls-verify is neither true nor false/,
  ],
  'a server name that is a boolean': [cluster('tls-server-name: no'), /line 1: tls-server-name is not text/],
  'a compression that is a number': [cluster('disable-compression: 1'), /line 1: disable-compression is neither/],
  'a proxy that is a mapping': [cluster('proxy-url: {}'), /line 1: proxy-url is not text$/],
  'PEM in place of base64': [
    cluster('certificate-authority-data: "-----BEGIN"'),
    /line 1: certificate-authority-data is not base64/,
  ],
  'base64 without its padding': [user('client-key-data: U0VDUkVU0'), /line 1: client-key-data is not base64/],
  'base64 with spaces': [user('client-certificate-data: "QU I="'), /line 1: client-certificate-data is not base64/],
  'base64 for URLs': [user('client-certificate-data: Q-_='), /line 1: client-certificate-data is not base64/],
  'bytes that are none': [user('client-key-data: [256]'), /line 1: client-key-data is not base64/],
  'an argument that is a number': [user('exec: {args: [--port, 8080]}'), /line 1: an entry of args is not text/],
  'arguments in one text': [user('exec: {args: a}'), /line 1: args is not a list/],
  'a variable that is a boolean': [user('exec: {env: [{name: A, value: true}]}'), /line 1: value is not text/],
  'variables as a mapping': [user('exec: {env: {A: B}}'), /line 1: env is not a list/],
  'a variable that is a text': [user('exec: {env: [A=B]}'), /line 1: an entry of env is not a mapping/],
  'a mode that is a boolean': [user('exec: {interactiveMode: true}'), /line 1: interactiveMode is not text/],
  'cluster info in quotation marks': [
    user('exec: {provideClusterInfo: "no"}'),
    /line 1: provideClusterInfo is neither/,
  ],
  'a provider that is a text': [user('auth-provider: oidc'), /line 1: auth-provider is not a mapping/],
  'a provider’s number': [user('auth-provider: {config: {a: 1}}'), /line 1: an entry of config is not text/],
  'an exec that is a list': [user('exec: [aws]'), /line 1: exec is not a mapping/],
  'a user that is a text': ['users:\n- name: a\n  user: SECRET\n', /line 3: user is not a mapping/],
  'a cluster that is a list': ['clusters:\n- name: a\n  cluster: []\n', /line 3: cluster is not a mapping/],
  'colors in quotation marks': ['preferences:\n  colors: "yes"\n', /line 2: colors is neither true nor false/],
  'preferences that are a list': ['preferences: []\n', /line 1: preferences is not a mapping/],
  'an extension without a text as name': ['extensions:\n- name: 5\n', /line 2: name is not text/],
  'two names that are missing': ['users:\n- {}\n-\n', /line 3: two entries of users have the same name: none/],
  'two extensions of one name': [
    cluster('extensions: [{name: a, extension: 1}, {name: a, extension: 2}]'),
    /line 1: two entries of extensions have the same name/,
  ],
  'two names that are the same, in brackets': [
    'users: [{name: a}, {\nname: a}]\n',
    /line 2: two entries of users have/,
  ],
  'another kind in other letters': ['Kind: Pod\n', /line 1: kind is not Config/],
  'a kind that is a number': ['kind: 5\n', /line 1: kind is not Config/],
  'another kind in the letters that count': ['kind: Pod\nKind: Config\n', /line 1: kind is not Config$/],
  'a kind that is a number beside the right one': ['kind: Config\nKind: 5\n', /line 2: kind is not Config$/],
  'another version in other letters': ['kind: Config\nAPIVERSION: v2\n', /line 2: apiVersion is not v1$/],
  'two extensions of one name for the whole file': [
    'kind: Config\nextensions:\n- name: a\n  extension: 1\n- name: a\n',
    /line 5: two entries of extensions have the same name$/,
  ],
  'two extensions of one name in the preferences': [
    'preferences:\n  extensions:\n  - name: a\n    extension: 1\n  - name: a\n',
    /line 5: two entries of extensions have the same name$/,
  ],
  'two extensions of one name in the second user': [
    'users:\n- name: a\n  user: {extensions: [{name: c}]}\n- name: b\n  user:\n    extensions:\n    - extension: 1\n    -\n',
    /line 8: two entries of extensions have the same name: none$/,
  ],
  'two extensions of one name in a context': [
    'contexts:\n- context:\n    extensions:\n    - {name: a, extension: {}}\n    - {name: a, extension: {}}\n',
    /line 5: two entries of extensions have the same name$/,
  ],
  'a name that is a number, beside a key that reads like its place': [
    'users: [\n{name: 5}]\nusers0name: a\n"users\\n0\\nname": a\n',
    /line 2: name is not text/,
  ],
  'a list for text, far down': [
    'users:\n- name: a\n- name: b\n  user:\n    as: c\n    password:\n    - SECRET\n',
    /line 6: password is not text$/,
  ],
  'a field twice, the last of which is no text': [
    'current-context: a\nkind: Config\ncurrent-context: {}\n',
    /line 3: current-context is not text$/,
  ],
  'an extra of numbers': [
    'users:\n- name: a\n  user:\n    as-user-extra:\n      a: [b]\n      c:\n      - 5\n',
    /line 7: an entry of as-user-extra is not text/,
  ],
  'a byte below none': [user('client-key-data: [-1]'), /line 1: client-key-data is not base64/],
  'a byte that is a text': [user('client-key-data: [1, a]'), /line 1: client-key-data is not base64/],
  'a byte in parts': [user('client-key-data: [1.5]'), /line 1: client-key-data is not base64/],
  'a key that is a mapping': [user('client-key-data: {}'), /line 1: client-key-data is not base64/],
  'another version of YAML': ['%YAML 1.2\n---\nkind: Config\n', /line 1: a YAML version other than 1\.1/],
  'an unknown directive': ['%MINE\n---\nkind: Config\n', /line 1: an unknown directive/],
  'an end of nothing': ['...\nkind: Config\n', /line 1: an end \(\.\.\.\) of no document/],
  'a key that is null': ['~: x\n', /line 1: a key that is not text/],
  'a key that is a list': ['[a]: x\n', /line 1: a key that is not text/],
  'a key that is too long': [`${'x'.repeat(KEY_LIMIT + 1)}: a\n`, /line 1: a key of more than 1024 characters/],
  'a key on several lines': ['{\n  "a"\n  : b}\n', /line 2: a key that takes several lines/],
  'a number without end': ['x: .inf\n', /line 1: a number without a finite value/],
  'a value that is not what its tag says': ['a: b\nx: !!int SECRET\n', /line 2: a value that is not what its tag/],
  'a merge of a text': ['<<: SECRET\n', /line 1: a merge key \(<<\) that is not a mapping/],
  'an alias in its own anchor': ['a: &a [*a]\n', /line 1: values are nested too deeply/],
  'an escaped slash': [String.raw`x: "a\/b"`, /line 1: an escape sequence that YAML 1\.1 does not have/],
  'half a character': [String.raw`x: "\ud83d\ude00"`, /line 1: an escape sequence that YAML 1\.1 does not have/],
  'a question mark in brackets': ['x: {server: https://a?b}\n', /line 1: a question mark in brackets/],
  'a tab on an empty line': ['x: a\n\t\ny: b\n', /line 2: a tab is used as indentation/],
  'a tab after a dash': ['users:\n-\tname: a\n', /line 2: a tab is used as indentation/],
  'a character that is none': ['x: "\uFFFF"\n', /line 1: a control character/],
}

const ADDED: KubeconfigChanges = {
  entries: [{kind: 'contexts', name: 'new', set: {cluster: 'c', user: 'u'}, remove: []}],
  currentContext: 'new',
}

describe('a kubeconfig, as kubectl reads it', () => {
  for (const [name, [text, currentContext]] of Object.entries(READABLE)) {
    it(`may have ${name}, and takes a new context`, async () => {
      expect((await openKubeconfig(text, 'config')).currentContext).to.equal(currentContext)
      const edited = await openKubeconfig((await openKubeconfig(text, 'config')).edit(ADDED), 'config')
      expect(edited.currentContext).to.equal('new')
      expect(edited.entry('contexts', 'new')).to.deep.equal({cluster: 'c', user: 'u'})
      expect(edited.edit(ADDED)).to.equal(edited.edit({entries: []}))
    })
  }

  it('keeps what follows the document, character by character', async () => {
    for (const rest of ['---\n', '---\nusers: []\n', '--- "b', '...\nusers: [\n', '---\n# 1\n']) {
      const edited = (await openKubeconfig(`users: []\n${rest}`, 'config')).edit(ADDED)
      expect(edited.startsWith('users: []\n') && edited.endsWith(rest), edited).to.equal(true)
    }
  })

  it('finds the last of equal keys, and leaves the others as they are', async () => {
    const text =
      'contexts:\n- name: x\n  context: {user: a}\nusers: []\ncontexts:\n- name: x\n  context:\n    user: a\n    user: b\n'
    const config = await openKubeconfig(text, 'config')
    expect(config.entry('contexts', 'x')).to.deep.equal({user: 'b'})
    const edited = config.edit({entries: [{kind: 'contexts', name: 'x', set: {user: 'c'}, remove: []}]})
    expect(edited).to.equal(text.replace('user: b', 'user: c'))
  })

  for (const [name, [text, message]] of Object.entries(UNREADABLE)) {
    it(`may not have ${name}`, async () => {
      const failure = await failureOf(openKubeconfig(text, 'config'))
      expect(failure.code).to.equal('KubeconfigInvalid')
      expect(failure.message).to.match(message)
    })
  }

  describe('is what kubectl itself', () => {
    let home: TestHome
    before(async function () {
      if (!isKubectlPresent() || process.platform === 'win32') this.skip()
      home = await makeHome()
    })
    after(() => home?.remove())

    /** The indexes of the texts that kubectl refuses. */
    const refused = async (texts: readonly string[]): Promise<readonly number[]> => {
      const paths = await Promise.all(
        texts.map(async (text, index) => {
          const path = join(home.dir, `${index}.yaml`)
          await writeFile(path, text)
          return path
        }),
      )
      // It names every file that it cannot read.
      const {stderr} = await runKubectl(['config', 'view'], {kubeconfig: paths.join(':'), home: home.dir})
      return paths.flatMap((path, index) => (stderr.includes(`"${path}"`) ? [index] : []))
    }

    it('reads, before and after a change', async () => {
      const texts = Object.values(READABLE).map(([text]) => text)
      expect(await refused(texts)).to.deep.equal([])
      const edited = texts.map(async (text) => (await openKubeconfig(text, 'config')).edit(ADDED))
      expect(await refused(await Promise.all(edited))).to.deep.equal([])
    })

    it('does not read', async () => {
      const texts = Object.entries(UNREADABLE)
      const all = await refused(texts.map(([, [text]]) => text))
      expect(texts.filter((_, index) => !all.includes(index)).map(([name]) => name)).to.deep.equal([])
    })
  })
})
