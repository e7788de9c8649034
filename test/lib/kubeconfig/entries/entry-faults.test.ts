import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import type {JsonObject} from '../../../../src/lib/base/json-object.ts'
import {entryFaults} from '../../../../src/lib/kubeconfig/entries/entry-faults.ts'
import {isProxyUrl} from '../../../../src/lib/kubeconfig/entries/proxy-url.ts'
import {isKubectlPresent, runKubectl} from '../../../local-cloud/kubectl.ts'
import {howMany} from '../../../support/full.ts'
import {makeHome} from '../../../support/home.ts'

const EXEC = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: '/nosuch/ack-ram-tool',
  args: ['credential-plugin', 'get-token'],
  interactiveMode: 'Never',
}

/** What a user has, and whether kubectl takes it and starts the program. */
const USERS: readonly (readonly [JsonObject, boolean])[] = [
  [{}, true],
  [{exec: {...EXEC, env: []}}, true],
  [{exec: {...EXEC, env: null}}, true],
  [{exec: {...EXEC, env: [{name: 'A'}]}}, true],
  [{exec: {...EXEC, env: [{name: 'A=B', value: ''}]}}, true],
  [{exec: {...EXEC, env: [{name: 'A', value: 'b'}, {value: 'b'}]}}, false],
  [{exec: {...EXEC, env: [{name: '', value: 'b'}]}}, false],
  [{exec: {...EXEC, env: [{name: null, value: 'b'}]}}, false],
  [{exec: {...EXEC, env: [null]}}, false],
  [{exec: {...EXEC, interactiveMode: null}}, false],
  [{exec: {...EXEC, interactiveMode: ''}}, false],
  [{exec: {...EXEC, interactiveMode: 'never'}}, false],
  [{exec: {...EXEC, apiVersion: 'client.authentication.k8s.io/v1beta1', interactiveMode: ''}}, true],
  [{exec: {...EXEC, apiVersion: 'client.authentication.k8s.io/v1beta1', interactiveMode: 'never'}}, false],
  [{'auth-provider': {}}, false],
  [{'auth-provider': null}, true],
  [{token: 'stale'}, false],
  [{token: '', tokenFile: ''}, true],
  [{tokenFile: '/nosuch'}, false],
  [{username: 'a', password: 'b'}, false],
  [{password: 'b'}, true],
  [{'client-certificate': '/nosuch', 'client-key': '/nosuch'}, false],
  [{'client-certificate-data': 'YQ==', 'client-key-data': 'YQ=='}, false],
  [{'client-key': '/nosuch'}, true],
  [{as: 'a', 'as-groups': ['b']}, true],
  [{as: '', 'as-groups': ['b']}, false],
  [{'as-groups': []}, true],
  [{'as-groups': [null]}, false],
  [{'as-uid': 'a'}, false],
  [{'as-uid': ''}, true],
  [{'as-user-extra': {}}, true],
  [{'as-user-extra': {a: null}}, false],
]

/** None of them has a bar, which separates them here. */
const GOOD_PROXIES = [
  '|http://a|HTTPS://a:3128/|socks5://a:1|http://|http:a|http:|http:///x|http://@|http://a:|http://a:99999|http://:80',
  '|http://u:p@w@h|http://u%20:p@h|http://h?%zz|http://h/a b|http://ü.de|http://a<b"|http://%C3%BC.de|http://h#a b',
  '|http://[::1]:80|http://[fe80::1%25en0]:80',
]
  .join('')
  .split('|')
const BAD_PROXIES = [
  '://|foo|*|ftp://x|socks4://a|socks5h://a|localhost:3128|//host|/path|1http://a|http://a b| http://a|http://a ',
  '|http://a:port|http://a%20b|http://a/%zz|http://a#%zz|%zz|http://us er@h|http://u%zz@h|http://ü@h|http://[::1',
  '|http://[::1]x|http://[fe80::1%en0]:80|http://a\tb|http://a\\b|http://{a}|http://a:8%30|http:/%zz',
]
  .join('')
  .split('|')

describe('entryFaults', () => {
  it('says of each part of an entry whether kubectl refuses it', () => {
    for (const [fields, isGood] of USERS)
      expect(entryFaults('users', {exec: EXEC, ...fields}), JSON.stringify(fields)).to.have.length(isGood ? 0 : 1)
    for (const url of GOOD_PROXIES) expect(entryFaults('clusters', {'proxy-url': url}), url).to.deep.equal([])
    for (const url of BAD_PROXIES) expect(isProxyUrl(url), url).to.equal(false)
  })

  it('leaves alone what it is not about', () => {
    expect(entryFaults('contexts', {namespace: 'A B'})).to.deep.equal([])
    expect(entryFaults('users', {token: 'SECRET'})).to.deep.equal([])
    expect(entryFaults('clusters', {'certificate-authority': '/a', 'proxy-url': null})).to.deep.equal([])
    const both = {'certificate-authority': '/a', 'certificate-authority-data': 'YQ=='}
    expect(entryFaults('clusters', both)).to.have.length(1)
    expect(entryFaults('clusters', {'certificate-authority': '/a', 'insecure-skip-tls-verify': true})).to.have.length(1)
  })

  it(`says what the real kubectl says${isKubectlPresent() ? '' : ' (skipped: no kubectl)'}`, async function () {
    if (!isKubectlPresent() || process.platform === 'win32') this.skip()
    const home = await makeHome()
    try {
      const refuses = async (user: JsonObject, cluster: JsonObject): Promise<boolean> => {
        const path = join(home.dir, 'kubeconfig')
        await writeFile(
          path,
          JSON.stringify({
            'current-context': 'c',
            contexts: [{name: 'c', context: {cluster: 'k', user: 'u'}}],
            clusters: [{name: 'k', cluster: {server: 'https://127.0.0.1:1', ...cluster}}],
            users: [{name: 'u', user: {exec: EXEC, ...user}}],
          }),
        )
        const {stderr} = await runKubectl(['get', '--raw', '/version'], {kubeconfig: path, home: home.dir})
        // It begins with this only once it has taken the entries, and goes on to start the program.
        return !/^Unable to connect to the server: getting credentials/m.test(stderr)
      }
      const users = USERS.map(([user, isGood]) => ({user, cluster: {}, isGood}))
      const clusters = [GOOD_PROXIES, BAD_PROXIES].flatMap((urls, at) =>
        urls.map((url) => ({user: {}, cluster: {'proxy-url': url}, isGood: at === 0})),
      )
      const every = howMany(1, 1, 5)
      for (const [at, {user, cluster, isGood}] of [...users, ...clusters].entries())
        if (at % every === 0) expect(await refuses(user, cluster), JSON.stringify({user, cluster})).to.equal(!isGood)
    } finally {
      await home.remove()
    }
  })
})
