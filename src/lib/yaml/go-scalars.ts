/** A scalar as Go's YAML library reads it. Integers are bigint: a UID has more digits than a number holds exactly. */
export type GoScalar = string | boolean | bigint | number | null

const WORDS: ReadonlyMap<string, GoScalar> = new Map<string, GoScalar>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
])
const INTEGER = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]*|[1-9][0-9]*)$/i
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?$/i
const MAX_INT64 = 2n ** 63n
const MAX_UINT64 = 2n ** 64n

/**
 * Resolves a scalar without quotation marks like Go's YAML library in version 2, which reads a kubeconfig for kubectl:
 * YAML 1.1 without times and numbers to the base of 60.
 *
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go
 */
const resolvePlain = (text: string): GoScalar => {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  if (!/^[-+.\d]/.test(text)) return text
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '')
  const integer = text.startsWith('.') ? undefined : parseInteger(digits)
  if (integer !== undefined) return integer
  const number = FLOAT.test(digits) ? Number(digits) : Number.NaN
  return Number.isFinite(number) ? number : text
}

const parseInteger = (text: string): bigint | undefined => {
  const [, sign = '', digits] = INTEGER.exec(text) ?? []
  if (digits === undefined) return undefined
  // A leading zero means octal.
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits.toLowerCase())
  const value = sign === '-' ? -size : size
  const isInRange = value >= -MAX_INT64 && value < (sign === '' ? MAX_UINT64 : MAX_INT64)
  return isInRange ? value : undefined
}

const TAG_PREFIX = 'tag:yaml.org,2002:'

/**
 * Resolves any scalar.
 *
 * @param tag - as the YAML library gives it, if the text has one
 * @param isPlain - whether it has no quotation marks and is no block
 * @returns undefined if the text is not what its tag says
 */
export const resolveScalar = (text: string, tag: string | undefined, isPlain: boolean): GoScalar | undefined => {
  if (tag === undefined || tag === '') return isPlain ? resolvePlain(text) : text
  if (tag === '!') return resolvePlain(text)
  const type = tag.startsWith(TAG_PREFIX) ? tag.slice(TAG_PREFIX.length) : tag
  if (type === 'binary') return fromBase64(text)?.toString('utf8')
  const value = resolvePlain(text)
  if (type === 'float' && typeof value === 'bigint') return Number(value)
  const expected = RESOLVED[type]
  return expected === undefined ? text : expected(value) ? value : undefined
}

const RESOLVED: Readonly<Record<string, (value: GoScalar) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  float: (value) => typeof value === 'number',
  int: (value) => typeof value === 'bigint',
  null: (value) => value === null,
}

/** Decodes base64 as Go does: with its padding, and line ends anywhere; undefined if it is not base64. */
export const fromBase64 = (text: string): Buffer | undefined => {
  const compact = text.replaceAll(/[\r\n]/g, '')
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined
  return Buffer.from(compact, 'base64')
}
