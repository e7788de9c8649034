import {array, constant, constantFrom, integer, oneof, tuple, type Arbitrary} from 'fast-check'

import {mustEqual} from './fuzz-target.ts'

/** The text of a JSON value. */
export type JsonTexts = Arbitrary<string>

/** Values that stand where another one was expected. */
export const ODD: JsonTexts = constantFrom(
  'null',
  'true',
  'false',
  '0',
  '-1',
  '1.5',
  '1e400',
  '-1e300',
  '9007199254740993',
  '99999999999999',
  '[]',
  '{}',
  '""',
  '" "',
  '"0"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"a b"',
  '"\\ud800"',
  '"\\u0000"',
  '"ä𝄞"',
  '"\\u001b[31mred"',
  '"\\u009b1m"',
  '"\\u202eright to left"',
  '"\\u2066"',
  '"line\\nError: forged"',
  '"\\r\\n"',
  '[null]',
  '[[]]',
  '[{}]',
  '{"a":null}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{}}}',
  '"99999999999"',
  '"2026-13-45T99:99:99Z"',
  '"2026-01-02T04:04:05+99:99"',
  '"+275760-09-13T00:00:00Z"',
  `"${'x'.repeat(3000)}"`,
  `${'['.repeat(220)}${']'.repeat(220)}`,
  `"${'<html>'.repeat(40)}"`,
)

/** One of some values. */
export const values = (...given: readonly unknown[]): JsonTexts =>
  constantFrom(...given.map((value) => JSON.stringify(value)))

/** Mostly one of these. */
export const mostly = (usual: JsonTexts, times = 15): JsonTexts =>
  oneof({weight: times, arbitrary: usual}, {weight: 1, arbitrary: ODD})

/**
 * An object whose members are mostly there, in any order of the letters' case if `anyCase`; sometimes with one that stands
 * twice, or that nobody knows.
 */
export const object = (members: Readonly<Record<string, JsonTexts>>, anyCase = false): JsonTexts => {
  const names = Object.keys(members)
  const texts = tuple(...names.map((name) => members[name] ?? ODD))
  return tuple(texts, integer({min: 0, max: 39}), integer({min: 0, max: 999}), ODD).map(
    ([written, mode, pick, odd]) => {
      const at = pick % (names.length || 1)
      const pairs = names.map((name, index) => {
        const shown = anyCase && mode === 1 && index === at ? name.toUpperCase() : name
        return `"${shown}":${written[index] ?? 'null'}`
      })
      if (mode === 2 || mode === 3) pairs.splice(at, 1)
      if (mode === 4) pairs.push(`"${names[at] ?? ''}":${odd}`)
      if (mode === 5) pairs.unshift(`"__proto__":${odd}`)
      if (mode === 6) pairs.push(`"constructor":${odd},"toString":${odd}`)
      if (mode === 7) pairs.reverse()
      return mode === 8 ? `{ ${pairs.join(' ,\n\t')} }` : `{${pairs.join(',')}}`
    },
  )
}

export const list = (items: JsonTexts, maxLength = 3): JsonTexts =>
  array(items, {maxLength}).map((texts) => `[${texts.join(',')}]`)

/** A JSON text inside a JSON text. */
export const quoted = (inner: Arbitrary<string>): JsonTexts => inner.map((text) => JSON.stringify(text))

/** Texts around a value that readers have to cope with. */
export const wrapped = (inner: JsonTexts): Arbitrary<string> =>
  tuple(
    inner,
    oneof(
      {weight: 20, arbitrary: constant('')},
      {weight: 1, arbitrary: constantFrom('\uFEFF', ' ', '\n', '\0', '<html>', '//', '{')},
    ),
  ).map(([text, before]) => before + text)

/** JSON as JavaScript itself reads it; undefined for what is none. */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The members of an object; of anything else none. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/**
 * Compares the field of a profile with its value in JSON: a text is itself, and a number the text of its digits, whose
 * value alone is known here.
 *
 * @throws Mismatch
 */
export const mustBeField = (actual: string, value: unknown, what: string): void =>
  typeof value === 'number'
    ? mustEqual(Number(actual), value, what)
    : mustEqual(actual, typeof value === 'string' ? value : '', what)

/** A text without what HTTP strips from the ends of a header's value. */
export const withoutHttpWhitespace = (text: string): string => text.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
