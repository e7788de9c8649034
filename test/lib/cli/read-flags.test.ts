import {expect} from 'chai'

import {readFlags, type ReadFlags} from '../../../src/lib/cli/read-flags.ts'
import {TOKEN_OPTIONS} from '../../../src/lib/options/exec-definitions.ts'
import {KUBECONFIG_OPTIONS} from '../../../src/lib/options/kubeconfig-definitions.ts'
import {GLOBAL_OPTIONS} from '../../../src/lib/options/definitions.ts'

const SETS = [TOKEN_OPTIONS, KUBECONFIG_OPTIONS, GLOBAL_OPTIONS]
const read = (line: string): ReadFlags => readFlags(line.split(' ').filter(Boolean), SETS)

describe('readFlags', () => {
  const flagsOf = (line: string): ReadFlags['flags'] => read(line).flags

  it('reads every form of a flag', () => {
    const flags = {'cluster-id': 'id', 'region-id': 'r', 'assume-yes': true}
    expect(flagsOf('-c id --region-id r -y')).to.deep.equal(flags)
    expect(flagsOf('-yc=id --region-id=r')).to.deep.equal(flags)
    expect(flagsOf('-cid -y=true --region-id r')).to.deep.equal(flags)
    expect(flagsOf('-yvc id')).to.deep.equal({'assume-yes': true, verbose: true, 'cluster-id': 'id'})
    expect(flagsOf('--profile-name a=b')).to.deep.equal({'profile-name': 'a=b'})
    expect(flagsOf('--profile-name -x')).to.deep.equal({'profile-name': '-x'})
  })

  it('lets the last of equal flags count, whatever form they have, but collects lists', () => {
    expect(flagsOf('-c one --cluster-id=two')).to.deep.equal({'cluster-id': 'two'})
    expect(flagsOf('--assume-yes --assume-yes=false')).to.deep.equal({'assume-yes': false})
    expect(flagsOf('-y=false -y')).to.deep.equal({'assume-yes': true})
    expect(flagsOf('--role-arn a --role-arn=b')).to.deep.equal({'role-arn': ['a', 'b']})
  })

  it("gives booleans Go's values", () => {
    for (const word of ['1', 't', 'T', 'TRUE', 'true', 'True'])
      expect(flagsOf(`-v=${word} --assume-yes=${word}`), word).to.deep.equal({verbose: true, 'assume-yes': true})
    for (const word of ['0', 'f', 'F', 'FALSE', 'false', 'False'])
      expect(flagsOf(`-v=${word} --assume-yes=${word}`), word).to.deep.equal({verbose: false, 'assume-yes': false})
  })

  it('takes long forms, and any case where it does not matter', () => {
    for (const [line, flags] of [
      ['--log-level ERROR', {'log-level': 'error'}],
      ['--log-level=Warning', {'log-level': 'warn'}],
      ['--log-level warn', {'log-level': 'warn'}],
      ['--log-level FATAL', {'log-level': 'error'}],
      ['--mode TOKEN', {mode: 'token'}],
      ['-mRam-Authenticator-Token', {mode: 'ram-authenticator-token'}],
      ['-m=Cert', {mode: 'cert'}],
      ['--api-version client.authentication.k8s.io/v1', {'api-version': 'v1'}],
      ['--api-version=client.authentication.k8s.io/v1beta1', {'api-version': 'v1beta1'}],
    ] as const)
      expect(flagsOf(line), line).to.deep.equal(flags)
    for (const line of ['--log-level loud', '--mode tokens', '--api-version client.authentication.k8s.io/v1alpha1'])
      expect(read(line).problem?.code, line).to.equal('InvalidOption')
  })

  it('says what is wrong with the first flag that is not well-formed, and reads the others', () => {
    for (const [line, problem] of [
      ['--verbose=maybe -y', '--verbose'],
      ['--api-version V1 -y', '--api-version'],
      ['-y --cluster-id', '--cluster-id'],
      ['-y --timeout', '--timeout'],
    ] as const) {
      const parsed = read(line)
      expect(parsed.problem?.message, line).to.contain(problem)
      expect(parsed.flags, line).to.deep.equal({'assume-yes': true})
    }
  })

  it('takes an empty value for none, wherever it stands, but where the command would do more without it', () => {
    for (const name of Object.keys({...TOKEN_OPTIONS, ...GLOBAL_OPTIONS})) {
      if (['role-policy', 'expected-identity'].includes(name)) continue
      const {flags, rest, problem} = readFlags([`--${name}=`], SETS)
      expect({flags, rest, problem}, name).to.deep.equal({flags: {}, rest: [], problem: undefined})
    }
    expect(readFlags(['-c', 'id', '-c', '', '--role-arn=', '--role-arn=a', '-y='], SETS).flags).to.deep.equal({
      'cluster-id': 'id',
      'role-arn': ['a'],
    })
    expect(readFlags(['--api-version', '', '--log-level='], SETS).problem).to.equal(undefined)
    expect(readFlags(['--role-policy='], SETS).problem?.message).to.equal('--role-policy is empty')
  })

  it('keeps the order of all the rest', () => {
    const {rest, flags} = read('a -y --nope x -z b -- -c id')
    expect(rest).to.deep.equal(['a', '--nope', 'x', '-z', 'b', '--', '-c', 'id'])
    expect(flags).to.deep.equal({'assume-yes': true})
  })

  it('knows only the options that it is given', () => {
    expect(readFlags(['-y', '--mode', 'x'], [GLOBAL_OPTIONS]).rest).to.deep.equal(['--mode', 'x'])
  })
})
