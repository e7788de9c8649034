import {expect} from 'chai'

import {describeConflict, describeContextConflict} from '../../../../src/lib/kubeconfig/merge/describe-conflict.ts'

const exec = (...args: readonly string[]): {exec: object} => ({
  exec: {args: ['credential-plugin', 'get-token', ...args]},
})
const between = (before: readonly string[], after: readonly string[]): string | undefined =>
  describeConflict('users', exec('-c', 'c1', ...before), exec('-c', 'c1', ...after))

describe('describeConflict', () => {
  it('names both servers by their hosts alone', () => {
    const to = (existing: unknown): string | undefined =>
      describeConflict('clusters', {server: existing}, {server: 'https://1.1.1.1:6443/path'})
    expect(to('https://1.1.1.1:6443/path')).to.equal(undefined)
    expect(to('https://SECRET:SECRET@2.2.2.2/SECRET')).to.equal('points to 2.2.2.2; replace by 1.1.1.1:6443')
    for (const none of [undefined, 'SECRET', 5, null])
      expect(to(none)).to.equal('points to no server; replace by 1.1.1.1:6443')
  })

  it('names what differs of a context, and no more', () => {
    const to = (existing: object): string | undefined =>
      describeConflict('contexts', {...existing}, {cluster: 'c', user: 'u'})
    expect(to({cluster: 'c', user: 'u', namespace: 'n'})).to.equal(undefined)
    expect(to({cluster: 'd', user: 'u'})).to.equal('uses cluster "d"; replace by cluster "c"')
    expect(to({cluster: 'c', user: 'v'})).to.equal('uses user "v"; replace by user "u"')
    expect(to({})).to.equal('uses cluster "" and user ""; replace by cluster "c" and user "u"')
  })

  it('tells whose credentials another user has by their kind, never by a value', () => {
    const of = (user: object): string | undefined => describeConflict('users', {...user}, exec('-c', 'c1'))
    const rest = '; replace by those of ack-ram-tool'
    expect(of({})).to.equal(`uses other credentials (none)${rest}`)
    expect(of({token: 'SECRET'})).to.equal(`uses other credentials (token)${rest}`)
    expect(of({'client-certificate-data': 'SECRET', 'client-key-data': 'SECRET'})).to.equal(
      `uses other credentials (client-certificate)${rest}`,
    )
    expect(of({username: 'SECRET', password: 'SECRET'})).to.match(/\(password and username\)/)
    expect(of({exec: {command: 'SECRET'}})).to.equal(`uses other credentials (another program)${rest}`)
  })

  it('names the clusters of two users of ours', () => {
    const to = (...args: readonly string[]): string | undefined =>
      describeConflict('users', exec(...args), exec('-c', 'c1'))
    expect(to('-c', 'c2')).to.equal('is for cluster c2; replace by cluster c1')
    expect(to()).to.equal('is for any cluster; replace by cluster c1')
  })

  it('calls options as people do, shows what is known to be no secret, and nothing else', () => {
    expect(between(['--profile-name', 'a', '--log-level', 'debug'], ['--profile-name', 'a'])).to.equal(undefined)
    expect(between(['--profile-name', 'dev'], ['--profile-name', 'prod'])).to.equal(
      'uses profile dev; replace by profile prod',
    )
    const role = ['--role-arn', 'r']
    expect(between(['--profile-name', 'dev', ...role], [...role, '--profile-name', 'prod'])).to.equal(
      'uses profile dev; replace by profile prod',
    )
    for (const [flag, word] of [
      ['expected-identity', 'identity'],
      ['profile-file', 'credential file'],
      ['role-arn', 'role'],
      ['role-duration', 'role duration'],
      ['role-session-name', 'session name'],
      ['credential-type', 'credential type'],
    ] as const)
      expect(between([`--${flag}`, 'x'], [])).to.equal(`uses ${word} x; replace by no ${word}`)
    expect(between(['--role-external-id', 'SECRET'], ['--role-policy', 'SECRET'])).to.equal(
      'uses external ID *** and no role policy; replace by no external ID and role policy ***',
    )
    expect(between(['--my-secret', 'SECRET'], ['--ignore-env-credentials'])).to.equal(
      'uses --my-secret *** and no --ignore-env-credentials; replace by no --my-secret and --ignore-env-credentials',
    )
    for (const name of ['SECRET-x1', 'SECRET-x', 'x-SECRET', 'x'.repeat(41)])
      expect(between([`--${name}`, 'SECRET'], [])).to.equal('uses --*** ***; replace by no --***')
  })
})

describe('describeContextConflict', () => {
  const contexts = [
    {cluster: 'c', user: 'u'},
    {cluster: 'c', user: 'v'},
  ] as const
  const [existing, wanted] = [exec('-c', 'c1', '--profile-name', 'dev'), exec('-c', 'c1', '--profile-name', 'prod')]

  it('says how its users differ, where both are known and do', () => {
    const plain = 'uses user "u"; replace by user "v"'
    expect(describeContextConflict(...contexts, {existing, wanted})).to.equal(
      `uses profile dev; replace by profile prod (it ${plain})`,
    )
    expect(describeContextConflict(...contexts, {existing, wanted: existing})).to.equal(plain)
    expect(describeContextConflict(...contexts, {existing: undefined, wanted})).to.equal(plain)
    expect(describeContextConflict(...contexts, {existing, wanted: undefined})).to.equal(plain)
    expect(describeContextConflict(contexts[0], contexts[0], {existing, wanted})).to.equal(undefined)
    const byEntry = exec('--profile-name', 'dev')
    expect(describeContextConflict(...contexts, {existing, wanted: byEntry})).to.equal(plain)
    expect(describeContextConflict(...contexts, {existing: byEntry, wanted})).to.contain('uses profile dev; replace')
    const ofOther = exec('-c', 'c2', '--profile-name', 'dev')
    expect(describeContextConflict(...contexts, {existing: ofOther, wanted})).to.contain('is for cluster c2; replace')
  })
})
