import {expect} from 'chai'

import {
  asOwnCommand,
  commandFirst,
  onlyFlags,
  parseCommandLine,
  writtenForOclif,
  type CommandLine,
} from '../../../src/lib/cli/command-line.ts'
import {TOKEN_OPTIONS} from '../../../src/lib/options/command-definitions.ts'
import {GLOBAL_OPTIONS} from '../../../src/lib/options/definitions.ts'

const words = (line: string): string[] => line.split(' ').filter(Boolean)
const parse = (line: string): CommandLine => parseCommandLine(words(line))

describe('parseCommandLine', () => {
  const flagsOf = (line: string): CommandLine['flags'] => parse(line).flags

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

  it("gives booleans Go's values, and lowers the case of log levels only", () => {
    expect(flagsOf('--verbose=T --assume-yes=0')).to.deep.equal({verbose: true, 'assume-yes': false})
    expect(flagsOf('--log-level ERROR')).to.deep.equal({'log-level': 'error'})
  })

  it('says what is wrong with the first flag that is not well-formed, and reads the others', () => {
    for (const [line, problem] of [
      ['--verbose=maybe -y', '--verbose'],
      ['--api-version V1 -y', '--api-version'],
      ['-y --cluster-id', '--cluster-id'],
      ['-y --timeout', '--timeout'],
    ] as const) {
      const parsed = parse(line)
      expect(parsed.problem?.message, line).to.contain(problem)
      expect(parsed.flags, line).to.deep.equal({'assume-yes': true})
    }
  })

  it('takes an empty value for none', () => {
    expect(parseCommandLine(['--api-version', '', '--log-level=']).problem).to.equal(undefined)
  })

  it('keeps the order of all the rest', () => {
    const {rest, flags} = parse('a -y --nope x -z b -- -c id')
    expect(rest).to.deep.equal(['a', '--nope', 'x', '-z', 'b', '--', '-c', 'id'])
    expect(flags).to.deep.equal({'assume-yes': true})
  })

  it('knows only the options that it is given', () => {
    expect(parseCommandLine(['-y', '--mode', 'x'], [GLOBAL_OPTIONS]).rest).to.deep.equal(['--mode', 'x'])
  })
})

describe('asOwnCommand', () => {
  it('finds the command wherever flags stand', () => {
    for (const line of [
      'credential-plugin get-token -c id',
      '-c id credential-plugin get-token',
      'credential-plugin -c id get-token',
      'credential-plugin:get-token -cid',
    ])
      expect(asOwnCommand(parse(line)), line).to.deep.include({command: 'credential-plugin get-token', rest: []})
    expect(asOwnCommand(parse('list-clusters x'))).to.deep.include({command: 'list-clusters', rest: ['x']})
  })

  it('finds none where there is none', () => {
    for (const line of ['', 'help', 'credential-plugin', 'get-token', 'toString', '-- list-clusters'])
      expect(asOwnCommand(parse(line)), line).to.equal(undefined)
  })
})

describe('onlyFlags', () => {
  const check = (line: string) => () => onlyFlags(parse(line), TOKEN_OPTIONS, 'credential-plugin get-token')

  it('gives the flags of a command line that has nothing else', () => {
    expect(check('-c id -y')()).to.deep.equal({'cluster-id': 'id', 'assume-yes': true})
  })

  it('names unknown flags and those of other commands, never a value', () => {
    expect(check('--nope=SECRET -z --mode token')).to.throw('unknown flag: --nope, -z, --mode')
    expect(check('-- --nope')).to.throw('unknown flag: --nope')
  })

  it('never echoes a stray argument', () => {
    expect(check('SECRET')).to.throw('unexpected argument')
  })
})

describe('commandFirst', () => {
  const first = (line: string): string => {
    const parsed = parse(line)
    return commandFirst(words(line), parsed, asOwnCommand(parsed)).join(' ')
  }

  it('puts the words of an own command first', () => {
    expect(first('--log-level ERROR -y credential-plugin get-token -c id')).to.equal(
      'credential-plugin get-token --log-level=error --assume-yes --cluster-id=id',
    )
  })

  it('moves leading flags behind the words of every other command', () => {
    expect(first('-y --log-level error my command --own x')).to.equal('my command -y --log-level error --own x')
  })

  it('leaves every other command line as it is', () => {
    for (const line of ['--help', '--version', '-y', '-y --help', 'help x', '', '--nope x', '-- x'])
      expect(first(line), line).to.equal(line)
  })
})

describe('writtenForOclif', () => {
  it('writes every known flag the one way that oclif cannot misread', () => {
    expect(writtenForOclif(parse('-c -x --assume-yes=false -v --role-arn a --role-arn b --own x'))).to.deep.equal([
      '--cluster-id=-x',
      '--verbose',
      '--role-arn=a',
      '--role-arn=b',
      '--own',
      'x',
    ])
  })
})
