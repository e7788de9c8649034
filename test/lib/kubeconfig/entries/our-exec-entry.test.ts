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

  it('reads what it gets, what starts it, and with which variables', () => {
    const args = ['credential-plugin', 'get-token']
    expect(ourExecFacts({args, command: '/opt/tool', env: [{name: 'A', value: 'b'}]})).to.include({
      command: '/opt/tool',
      setsVariables: true,
      mode: 'token',
    })
    for (const none of [undefined, null, 5])
      expect(ourExecFacts({args: ['credential-plugin', 'get-credential'], command: none, env: none})).to.include({
        command: '',
        setsVariables: false,
        mode: 'certificate',
      })
    expect(ourExecFacts({args, env: []})).to.include({setsVariables: false})
  })

  it('takes a word for a flag only where it begins like one, and a value once', () => {
    expect(ourExecFacts(exec('get-token', 'x--cluster-id=c2', '--cluster-id=c1', 'c3'))?.clusterId).to.equal('c1')
    expect(ourExecFacts(exec('get-token', '--role-policy={"a":\n"b=c"}'))?.deciding).to.deep.equal([
      'role-policy={"a":\n"b=c"}',
    ])
    expect([...(ourExecFacts(exec('get-token', '', '-'))?.options.keys() ?? [])]).to.deep.equal(['', '-'])
  })

  it('says nothing of others', () => {
    const others = [{}, {args: null}, {args: []}, {args: ['get-token']}, exec('other'), {command: 'ack-ram-tool'}]
    for (const other of [undefined, null, 'text', [], {command: 'aws', args: ['eks', 'get-token']}, ...others])
      expect(ourExecFacts(other), JSON.stringify(other)).to.equal(undefined)
  })
})
