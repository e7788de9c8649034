import {array, constantFrom, oneof, tuple, type Arbitrary} from 'fast-check'

import {parseCredentialsIni} from '../../../src/lib/profile-files/credentials-ini.ts'
import {refuseUnread} from '../../../src/lib/profile-files/profile.ts'
import {CANARY} from '../../support/canary.ts'
import {mustEqual, textTarget} from '../fuzz-target.ts'

const NAMES = constantFrom('default', 'one', ' two ', '', '__proto__', 'a=b', 'x;y', '\u001B[31m')
const KEYS = constantFrom(
  'type',
  'access_key_id',
  'access_key_secret',
  'role_arn',
  '__proto__',
  'constructor',
  '',
  'a b',
)
const VALUES = constantFrom(
  'access_key',
  'sts',
  'LTAI-id',
  'SECRET-key',
  '"SECRET quoted"',
  "'SECRET # quoted'",
  'SECRET-a#b',
  'SECRET ; c',
  '"open',
  '""',
  '',
  '"a" b',
  '"a" # b',
  '#',
  'a = b',
  '[x]',
  '\u0000',
  'b\u2028c',
  '"a\u00A0"',
)
const SPACES = constantFrom('', '', '', ' ', '\t', '\u00A0')
const LINES: Arbitrary<string> = oneof(
  {
    weight: 3,
    arbitrary: tuple(SPACES, NAMES, SPACES, constantFrom('', '', ' # c', ' ;c', 'x')).map(
      ([before, name, after, end]) => `${before}[${name}]${after}${end}`,
    ),
  },
  {
    weight: 8,
    arbitrary: tuple(SPACES, KEYS, SPACES, constantFrom('=', '=', '=', ':', ''), SPACES, VALUES).map((parts) =>
      parts.join(''),
    ),
  },
  {weight: 1, arbitrary: constantFrom('', '# comment', '; comment', '   ', '\uFEFF', '=')},
)
const TEXT = tuple(array(LINES, {maxLength: 10}), constantFrom('\n', '\n', '\r\n', '\r')).map(([lines, end]) =>
  ['[default]', ...lines].join(end),
)

/** The SDKs' credentials file, against a plain reading of the same rules. */
export const credentialsIni = textTarget({
  name: 'credentials-ini',
  structured: TEXT,
  seeds: [
    '[default]\ntype = access_key\naccess_key_id = LTAI-id\naccess_key_secret = SECRET-key\n',
    '# all of them\r\n[default]\r\ntype=sts\r\naccess_key_id = \'STS.1\' ; mine\r\naccess_key_secret = "SECRET key"\r\nsts_token = SECRET-token\r\n\r\n[other]\r\ntype = ram_role_arn\r\nrole_arn = acs:ram::1:role/a\r\n',
  ],
  run: (text, scene) => {
    scene.hasPublicSecret = text.split(/[\r\n]/).some((line) => line.includes(CANARY) && line.includes('['))
    const file = parseCredentialsIni(text, '/credentials')
    const sections = readPlainly(text)
    mustEqual(
      file.profiles.map(({name}) => name),
      sections.map(({name}) => name),
      'the sections',
    )
    for (const profile of file.profiles) {
      const ignored = refuseUnread(file, profile, true)
      if (ignored !== undefined) scene.shown.push(ignored)
    }
    for (const [index, {field}] of file.profiles.entries())
      for (const [key, value] of sections[index]?.values ?? []) mustEqual(field(key), value, 'a value')
  },
})

interface Section {
  readonly name: string
  readonly values: Map<string, string>
}

/** Character by character, where the program has patterns. */
const readPlainly = (text: string): readonly Section[] => {
  const sections: Section[] = []
  for (const raw of text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n')) {
    const line = raw.trim()
    const [first = ''] = line
    if (line === '' || first === '#' || first === ';') continue
    const name = first === '[' ? nameOf(line) : undefined
    if (name === undefined) {
      const at = line.indexOf('=')
      if (at < 1) continue
      sections.at(-1)?.values.set(line.slice(0, at).trim(), valueOf(line.slice(at + 1).trim()))
    } else sections.push({name, values: new Map()})
  }
  return sections
}

const nameOf = (line: string): string | undefined => {
  const end = line.indexOf(']')
  const behind = end === -1 ? 'x' : line.slice(end + 1).trim()
  return behind === '' || behind.startsWith('#') || behind.startsWith(';') ? line.slice(1, end).trim() : undefined
}

const valueOf = (text: string): string => {
  const [quote = ''] = text
  if (quote === '"' || quote === "'")
    for (let end = text.lastIndexOf(quote); end > 0; end = text.lastIndexOf(quote, end - 1)) {
      const behind = text.slice(end + 1).trim()
      if (behind === '' || behind.startsWith('#') || behind.startsWith(';')) return text.slice(1, end)
    }
  for (let at = 0; at < text.length; at += 1) {
    const isMark = text[at] === '#' || text[at] === ';'
    if (isMark && (at === 0 || (text[at - 1] ?? '').trim() === '')) return text.slice(0, at).trim()
  }
  return text
}
