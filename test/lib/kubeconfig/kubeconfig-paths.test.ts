import {join} from 'node:path'

import {expect} from 'chai'

import {kubeconfigPaths} from '../../../src/lib/kubeconfig/kubeconfig-paths.ts'
import {makeHome, type TestHome} from '../../support/home.ts'

const HOME_FILE = join('/home/me', '.kube', 'config')

describe('kubeconfigPaths', () => {
  let home: TestHome
  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const paths = (KUBECONFIG: string | undefined, platform: NodeJS.Platform = 'linux'): readonly string[] =>
    kubeconfigPaths(undefined, {env: {KUBECONFIG}, homeDir: '/home/me', platform})

  it('are those of the list in its order, each once, without empty parts', () => {
    expect(paths(undefined)).to.deep.equal([HOME_FILE])
    expect(paths('')).to.deep.equal([HOME_FILE])
    expect(paths(':/b::/a:/b:')).to.deep.equal(['/b', '/a'])
    expect(paths('"/a";/b')).to.deep.equal(['"/a";/b'])
    expect(paths(' /a')).to.deep.equal([' /a'])
  })

  it('lose their quotation marks on Windows, where a separator between them separates nothing', () => {
    const lists: Readonly<Record<string, readonly string[]>> = {
      'C:\\x;C:\\y': ['C:\\x', 'C:\\y'],
      '"C:\\Users\\me\\.kube\\config"': ['C:\\Users\\me\\.kube\\config'],
      '"C:\\a;b\\config";C:\\x': ['C:\\a;b\\config', 'C:\\x'],
      'C:\\x;"C:\\Program Files\\kube\\config"': ['C:\\x', 'C:\\Program Files\\kube\\config'],
      'C:\\"Program Files;x"\\config;C:\\y': ['C:\\Program Files;x\\config', 'C:\\y'],
      '"C:\\never closed;C:\\x': ['C:\\never closed;C:\\x'],
      ';"";C:\\x;"C:\\x"': ['C:\\x'],
    }
    for (const [list, expected] of Object.entries(lists)) expect(paths(list, 'win32'), list).to.deep.equal(expected)
  })

  it('are an error where the list has nothing but separators', () => {
    for (const list of [':', ':::']) expect(() => paths(list)).to.throw('names no file')
    for (const list of [';', '"";;', '""']) expect(() => paths(list, 'win32')).to.throw('names no file')
  })

  it('are found on Windows in the home directory that kubectl chooses', async () => {
    const profile = join(home.dir, 'profile')
    const ofDomain = join(home.dir, 'domain')
    const of = (env: Record<string, string>): readonly string[] =>
      kubeconfigPaths(undefined, {env: {USERPROFILE: profile, ...env}, homeDir: profile, platform: 'win32'})
    const domain = {HOMEDRIVE: home.dir, HOMEPATH: '/domain'}
    expect(of({}), 'nothing is there').to.deep.equal([join(profile, '.kube', 'config')])
    await home.write('profile/x', '')
    await home.write('domain/x', '')
    expect(of(domain)).to.deep.equal([join(profile, '.kube', 'config')])
    expect(of({...domain, HOME: ofDomain})).to.deep.equal([join(ofDomain, '.kube', 'config')])
    expect(of({HOME: join(home.dir, 'none')})).to.deep.equal([join(profile, '.kube', 'config')])
    await home.write('profile/.kube/config', '')
    expect(of({...domain, HOME: ofDomain})).to.deep.equal([join(profile, '.kube', 'config')])
    await home.write('domain/.kube/config', '')
    expect(of(domain)).to.deep.equal([join(ofDomain, '.kube', 'config')])
  })

  it('need no home directory where KUBECONFIG names a file', () => {
    const runtime = {
      env: {KUBECONFIG: '/a'},
      platform: 'linux',
      get homeDir(): string {
        throw new Error('this user has no home directory')
      },
    } as const
    expect(kubeconfigPaths(undefined, runtime)).to.deep.equal(['/a'])
  })
})
