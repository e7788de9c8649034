import {array, constantFrom, oneof, tuple, type Arbitrary} from 'fast-check'

import {OPTIONS_WITH_DEFAULTS, parseDefaults} from '../../../src/lib/defaults/parse-defaults.ts'
import {mustEqual, textTarget} from '../fuzz-target.ts'
import {readYamlTexts} from '../read-yaml-texts.ts'

const KEYS = constantFrom(
  'region-id',
  'timeout',
  'log-level',
  'no-cache',
  'profile-name',
  'profile-file',
  'role-arn',
  'output',
  'use-vpc',
  'assume-yes',
  'access-key-secret',
  'token',
  '__proto__',
  'constructor',
  'a b',
  '"timeout"',
  "'no-cache'",
  '<<',
)
const VALUES = constantFrom(
  'cn-hangzhou',
  '30s',
  'debug',
  'DEBUG',
  'true',
  'false',
  'yes',
  'on',
  'default',
  '/home/a/config.json',
  '~/x',
  'x',
  '"quoted # text"',
  "'it''s'",
  '08',
  '123456789012345678901',
  '1.10',
  '0x1F',
  'null',
  '~',
  '',
  '[a, b]',
  '{a: b}',
  'SECRET-value',
  '"SECRET\\u001b[31m"',
  '&a x',
  '*a',
  '|\n  SECRET\n  text',
  '>-\n  a\n  b',
  '!!str 1',
  '- a',
  'a: b',
)
const LINES: Arbitrary<string> = oneof(
  {
    weight: 8,
    arbitrary: tuple(KEYS, constantFrom(': ', ': ', ': ', ':', ':  ', ' : '), VALUES).map((parts) => parts.join('')),
  },
  {weight: 1, arbitrary: constantFrom('# SECRET in a comment', '', '---', '...', '\t', '  a: b', '- x', '%YAML 1.2')},
)
const TEXT = tuple(array(LINES, {maxLength: 6}), constantFrom('\n', '\n', '\r\n')).map(([lines, end]) =>
  lines.join(end),
)

/** A defaults file, against another YAML library that takes all values for text. */
export const defaultsFile = textTarget({
  name: 'defaults-file',
  structured: TEXT,
  seeds: [
    'region-id: cn-hangzhou\ntimeout: 30s\nlog-level: debug\nno-cache: true\n',
    '# mine\nprofile-name: "work"\nrole-arn:\n  - acs:ram::1:role/a\n  - acs:ram::1:role/b\nprofile-file: /home/a/config.json # there\n',
  ],
  run: async (text) => {
    const defaults = await parseDefaults(Buffer.from(text), '/config.yaml')
    // What a mark alone is, readers of YAML do not agree on.
    const theirs = readYamlTexts(text.trim() === '' ? '' : text.replace(/^\uFEFF+/, ''))
    if (theirs === undefined) return
    const options = Object.entries((theirs ?? {}) as Record<string, unknown>).map(([name, value]) => {
      const definition = OPTIONS_WITH_DEFAULTS.get(name)
      return [definition?.env[0], normal(value, definition?.kind === 'boolean')]
    })
    const ours = Object.entries(defaults).map(([variable, {value}]) => [variable, value.toLowerCase()])
    mustEqual(ours.toSorted(byName), options.toSorted(byName), 'the options')
  },
})

const byName = ([one]: readonly unknown[], [other]: readonly unknown[]): number =>
  String(one) < String(other) ? -1 : 1

const normal = (value: unknown, isBoolean: boolean): string => {
  const text = String(Array.isArray(value) ? value.join(',') : value).toLowerCase()
  if (!isBoolean) return text === 'warning' ? 'warn' : text
  return ['true', 'yes', 'on', 'y'].includes(text) ? 'true' : 'false'
}
