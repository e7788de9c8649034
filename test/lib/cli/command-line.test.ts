import {expect} from 'chai'

import {
  asOwnCommand,
  onlyFlags,
  ownCommandFirst,
  ownTopic,
  parseCommandLine,
  writtenForOclif,
  type CommandLine,
} from '../../../src/lib/cli/command-line.ts'
import {ALL_COMMAND_OPTIONS} from '../../../src/lib/options/all-commands.ts'
import {COMMAND_OPTIONS, WORDS_ELSEWHERE} from '../../../src/lib/options/command-definitions.ts'
import {TOKEN_OPTIONS} from '../../../src/lib/options/exec-definitions.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions} from '../../../src/lib/options/definitions.ts'

const words = (line: string): string[] => line.split(' ').filter(Boolean)
const parse = (line: string): CommandLine => parseCommandLine(words(line), ALL_COMMAND_OPTIONS)

describe('parseCommandLine', () => {
  it('finds an own command wherever flags stand, and what is left', () => {
    for (const line of [
      'credential-plugin get-token -c id',
      '-c id credential-plugin get-token',
      '--cluster-id=id credential-plugin get-token',
      'credential-plugin -c id get-token',
      'credential-plugin --cluster-id id get-token',
      'credential-plugin -cid get-token',
      'credential-plugin:get-token -cid',
      '-c id credential-plugin:get-token',
      'credential-plugin get-token -c id --help=false',
      '-h=0 credential-plugin get-token -c id',
    ])
      expect(parse(line), line).to.deep.include({
        words: ['credential-plugin', 'get-token'],
        command: 'credential-plugin get-token',
        flags: {'cluster-id': 'id'},
        rest: [],
        help: undefined,
      })
    expect(parse('-y list-clusters -o json x')).to.deep.include({
      command: 'list-clusters',
      flags: {'assume-yes': true, output: 'json'},
      rest: ['x'],
    })
  })

  it('tells flags with a value from flags without one', () => {
    for (const [line, flags] of [
      ['-y credential-plugin -v get-token', {'assume-yes': true, verbose: true}],
      ['-yv credential-plugin get-token', {'assume-yes': true, verbose: true}],
      ['-y=false credential-plugin --verbose=T get-token', {'assume-yes': false, verbose: true}],
      ['-yc id credential-plugin --token-only get-token', {'assume-yes': true, 'cluster-id': 'id', 'token-only': true}],
      ['--profile-name credential-plugin credential-plugin get-token', {'profile-name': 'credential-plugin'}],
      ['credential-plugin --profile-name get-token get-token', {'profile-name': 'get-token'}],
      ['--profile-name -- credential-plugin get-token', {'profile-name': '--'}],
    ] as const)
      expect(parse(line), line).to.deep.include({command: 'credential-plugin get-token', flags, rest: []})
  })

  it('takes the next argument for the value of a flag that it does not know, as the Go tool does', () => {
    expect(parse('--nope x credential-plugin get-token')).to.deep.include({
      command: 'credential-plugin get-token',
      rest: ['--nope', 'x'],
    })
    expect(parse('credential-plugin --nope=x -z=y get-token').command).to.equal('credential-plugin get-token')
    expect(parse('credential-plugin --nope get-token')).to.deep.include({
      words: ['credential-plugin'],
      command: undefined,
    })
  })

  it('finds none where there is none', () => {
    for (const line of [
      '',
      'help',
      'credential-plugin',
      'get-token',
      'toString',
      '-- list-clusters',
      'x list-clusters',
      '- list-clusters',
      'credential-plugin -- get-token',
      'credential-plugin x get-token',
    ])
      expect(asOwnCommand(parse(line)), line).to.equal(undefined)
  })

  it('sees help wherever it is asked for, and not where it is a value', () => {
    for (const line of ['list-clusters --help', '-h list-clusters', 'list-clusters -yh', 'list-clusters --help=true'])
      expect(parse(line), line).to.deep.include({command: 'list-clusters', help: '--help'})
    for (const line of ['list-clusters --help-all', '-h list-clusters --help-all'])
      expect(parse(line), line).to.deep.include({command: 'list-clusters', help: '--help-all'})
    for (const line of ['list-clusters --profile-name -h', 'list-clusters -h -h=F', 'list-clusters -- --help'])
      expect(parse(line), line).to.deep.include({command: 'list-clusters', help: undefined})
    expect(parse('list-clusters --help=no').problem?.message).to.contain('--help')
  })

  it('knows the global flags of every other command line', () => {
    expect(parse('my --own x -y --error-format json -c a').flags).to.deep.equal({
      'assume-yes': true,
      'error-format': 'json',
    })
  })
})

describe('the options of all commands', () => {
  it('agree on which flags have a value, so that a command is found behind any of them', () => {
    const kinds = new Map<string, string>()
    for (const [command, options] of Object.entries<OptionDefinitions>({
      ...ALL_COMMAND_OPTIONS,
      global: GLOBAL_OPTIONS,
    }))
      for (const [name, {kind, char}] of Object.entries(options))
        for (const flag of char ? [name, char] : [name]) {
          expect(kinds.get(flag) ?? kind, `${flag} of ${command}`).to.equal(kind)
          kinds.set(flag, kind)
        }
    expect([...kinds.keys()])
      .to.include('role-arn')
      .and.not.to.include.members(['help', 'h'])
  })
})

describe('onlyFlags', () => {
  const COMMAND = 'credential-plugin get-token'
  const check = (line: string) => () => onlyFlags(parse(`${COMMAND} ${line}`), TOKEN_OPTIONS, COMMAND)

  it('gives the flags of a command line that has nothing else', () => {
    expect(check('-c id -y')()).to.deep.equal({'cluster-id': 'id', 'assume-yes': true})
  })

  it('names unknown flags and those of other commands, never a value', () => {
    expect(check('--nope=SECRET -z --mode token')).to.throw(/unknown flag: --nope, -z, --mode$/)
    expect(check('-- --nope')).to.throw('unknown flag: --nope')
  })

  it('says of a known flag behind -- that none is read there', () => {
    for (const [line, names] of [
      ['-- --help', '--help'],
      ['-- -h --cluster-id=SECRET', '-h, --cluster-id'],
      ['-y -- -cSECRET', 'a flag'],
    ] as const)
      expect(check(line), line)
        .to.throw(new RegExp(`^${names} behind --, where no flag is read$`))
        .with.property('nextStep')
        .that.matches(/^remove the --; see /)
    expect(check('-- --help --nope')).to.throw(/unknown flag: --nope$/)
  })

  it('names none that may hold a secret', () => {
    for (const line of ['-pSECRET', '-----BEGIN', '--SECRET', '--cluster-idSECRET', `--${'s'.repeat(41)}`])
      expect(check(line), line).to.throw(/^unknown flag$/)
  })

  it('never echoes a stray argument', () => {
    expect(check('SECRET')).to.throw('unexpected argument')
  })
})

describe('ownCommandFirst', () => {
  const first = (line: string): string => {
    const own = asOwnCommand(parse(line))
    return own ? ownCommandFirst(own).join(' ') : ''
  }

  it('puts the words of the command first, then help, then what else there is', () => {
    expect(first('--log-level ERROR -y credential-plugin get-token -c id')).to.equal(
      'credential-plugin get-token --log-level=error --assume-yes --cluster-id=id',
    )
    expect(first('credential-plugin -y get-token x -hc id')).to.equal(
      'credential-plugin get-token --help --assume-yes --cluster-id=id x',
    )
  })
})

describe('the commands whose options are loaded when they are named', () => {
  it('have a word that is none of the others', () => {
    const elsewhere = Object.keys(ALL_COMMAND_OPTIONS).filter((name) => !(name in COMMAND_OPTIONS))
    const ofOthers = new Set(Object.keys(COMMAND_OPTIONS).flatMap((name) => name.split(' ')))
    const named = elsewhere.map((name) => name.split(' ').find((word) => !ofOthers.has(word)))
    expect(new Set(named)).to.deep.equal(new Set(WORDS_ELSEWHERE))
  })
})

describe('ownTopic', () => {
  it('is as much of the words as is known', () => {
    expect(ownTopic(['credential-plugin', 'secret'], COMMAND_OPTIONS)).to.equal('credential-plugin')
    expect(ownTopic(['secret', 'credential-plugin'], COMMAND_OPTIONS)).to.equal('')
    expect(ownTopic([], COMMAND_OPTIONS)).to.equal('')
  })
})

describe('writtenForOclif', () => {
  it('writes every known flag the one way that oclif cannot misread', () => {
    expect(
      writtenForOclif(
        parse('list-clusters -o json --profile-name -x --assume-yes=false -v --role-arn a --role-arn b --own x'),
      ),
    ).to.deep.equal(['--output=json', '--profile-name=-x', '--verbose', '--role-arn=a', '--role-arn=b', '--own', 'x'])
  })
})
