import {expect} from 'chai'
import {type Arbitrary, array, assert, constantFrom, pre, property, record, string} from 'fast-check'

import {splitCommand} from '../../../../src/lib/credentials/sources/split-command.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'

const split = (text: string, platform: NodeJS.Platform = 'linux'): string[] =>
  splitCommand(text, platform, 'profile "x"')

type Quoter = (argument: string) => string

/** Quotes as a person may: what is in it decides how. */
const quoters: Record<string, readonly Quoter[]> = {
  linux: [
    (argument) => `'${argument.replaceAll("'", `'\\''`)}'`,
    (argument) => `"${argument.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`,
    (argument) => argument.replaceAll(/[^\n]/gu, String.raw`\$&`).replaceAll('\n', "'\n'") || "''",
  ],
  win32: [(argument) => `'${argument.replaceAll("'", `'"'"'`)}'`],
}

const anyArgument = string({
  unit: constantFrom('a', ' ', '\t', '\n', '\r', '"', "'", '\\', '$', '`', '{', '|', 'é', '😀'),
})

const quotedArgument = (ways: readonly Quoter[]): Arbitrary<{argument: string; quote: Quoter}> =>
  record({argument: anyArgument, quote: constantFrom(...ways)})

describe('splitCommand', () => {
  for (const [platform, ways] of Object.entries(quoters)) {
    it(`gives back every argument that was quoted (${platform})`, () => {
      const quoted = array(quotedArgument(ways), {minLength: 1})
      assert(
        property(quoted, (parts) => {
          pre(parts[0]?.argument !== '')
          const text = parts.map(({argument, quote}) => quote(argument)).join(' ')
          expect(split(text, platform as NodeJS.Platform)).to.deep.equal(parts.map(({argument}) => argument))
        }),
      )
    })
  }

  const cases: readonly (readonly [text: string, posix: readonly string[], windows?: readonly string[]])[] = [
    ['tool', ['tool']],
    ['  tool \t a\n b\r\n', ['tool', 'a', 'b']],
    [`tool "" ''`, ['tool', '', '']],
    [`tool a"b c"'d e'f`, ['tool', 'ab cd ef']],
    [`tool '\\a"b'`, ['tool', '\\a"b']],
    [String.raw`tool a\ b`, ['tool', 'a b'], ['tool', 'a\\', 'b']],
    [String.raw`"\"\\\$\a"`, ['"\\$\\a'], [String.raw`"\\\$\a`]],
    ['"\\`"', ['`'], ['\\`']],
    ['to\\\nol "a\\\nb"', ['tool', 'ab'], ['to\\', 'ol', 'a\\\nb']],
    [String.raw`C:\tools\a.exe x`, ['C:toolsa.exe', 'x'], [String.raw`C:\tools\a.exe`, 'x']],
    [String.raw`"C:\Program Files\a.exe" x`, [String.raw`C:\Program Files\a.exe`, 'x']],
    ['tool $HOME `id` ; rm | x > y &', ['tool', '$HOME', '`id`', ';', 'rm', '|', 'x', '>', 'y', '&']],
  ]
  for (const [text, posix, windows = posix] of cases) {
    it(`splits ${JSON.stringify(text)}`, () => {
      expect(split(text)).to.deep.equal(posix)
      expect(split(text, 'win32')).to.deep.equal(windows)
    })
  }

  it('keeps a backslash at the end on Windows', () => {
    expect(split(String.raw`dir C:\a` + '\\', 'win32')).to.deep.equal(['dir', 'C:\\a\\'])
  })

  it('refuses what cannot be split, and quotes nothing of it', () => {
    const broken: Record<string, string> = {
      '': 'has no program',
      ' \t\n': 'has no program',
      '"" SECRET-a': 'has no program',
      'SECRET-a \\': 'ends in a backslash',
      'tool "SECRET-a': 'has an unclosed quote (")',
      "tool 'SECRET-a": "has an unclosed quote (')",
      'tool "SECRET-a\\': 'has an unclosed quote (")',
      'tool "SECRET-a\\"': 'has an unclosed quote (")',
    }
    for (const [text, complaint] of Object.entries(broken)) {
      expect(() => split(text), text)
        .to.throw(AckError, `the process_command of profile "x" ${complaint}`)
        .that.satisfies((error: AckError) => error.code === 'ProfileInvalid' && !error.message.includes('SECRET'))
    }
  })
})
