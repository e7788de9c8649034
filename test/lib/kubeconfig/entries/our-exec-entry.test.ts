import {expect} from 'chai'

import {ourExecFacts} from '../../../../src/lib/kubeconfig/entries/our-exec-entry.ts'

const exec = (...args: readonly string[]): {args: readonly string[]} => ({args: ['credential-plugin', ...args]})

describe('ourExecFacts', () => {
  it('finds the cluster in every spelling', () => {
    for (const args of [['-c', 'c1'], ['--cluster-id', 'c1'], ['--cluster-id=c1'], ['-c=c1']])
      expect(ourExecFacts(exec('get-token', ...args))?.clusterId, args.join(' ')).to.equal('c1')
    expect(ourExecFacts(exec('get-token'))?.clusterId).to.equal(undefined)
  })

  it('tells what decides the credentials from what does not, in any order', () => {
    const go = exec('get-credential', '--cluster-id', 'c1', '--expiration', '3h', '--log-level', 'ERROR')
    expect(ourExecFacts(go)?.deciding).to.deep.equal([])
    const one = exec(
      'get-token',
      '--profile-name',
      'p',
      '--ignore-env-credentials',
      '--role-arn',
      'a',
      '--role-arn',
      'b',
    )
    const other = exec('get-token', '--role-arn=a', '--role-arn=b', '--ignore-env-credentials', '--profile-name=p')
    expect(ourExecFacts(one)?.deciding).to.deep.equal(['ignore-env-credentials=true', 'profile-name=p', 'role-arn=a,b'])
    expect(ourExecFacts(other)).to.deep.equal(ourExecFacts(one))
  })

  it('takes flags of other sources for nothing beside a file, which no other source is searched after', () => {
    const file = exec('get-token', '--profile-file', '/f', '--ignore-env-credentials')
    expect(ourExecFacts(file)?.deciding).to.deep.equal(['profile-file=/f'])
  })

  it('says nothing of others', () => {
    const others = [{}, {args: null}, {args: []}, {args: ['get-token']}, exec('other'), {command: 'ack-ram-tool'}]
    for (const other of [undefined, null, 'text', [], {command: 'aws', args: ['eks', 'get-token']}, ...others])
      expect(ourExecFacts(other), JSON.stringify(other)).to.equal(undefined)
  })
})
