import type {Random} from './random.ts'

/** Mutations never make a text longer than this. In bytes. */
const MAX_BYTES = 64 * 1024

/** Texts that parsers have stumbled over. */
const WORDS: readonly Buffer[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'true',
  'NaN',
  '<<',
  '!!str',
  '*a',
  '1e999',
  '-1',
  '9007199254740993',
  '99999999999999999999',
  '0x10',
  '08',
  '1_000',
  '12:30',
  '~',
  '-0',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  "'",
  '=',
  '#',
  ';',
  '&',
  '%',
  '|',
  '>',
  '\\',
  '\\u0000',
  '\\ud800',
  '${a}',
  '\n',
  '\r',
  '\r\n',
  '	',
  ' ',
  '\0',
  '\x1B[31m',
  '',
  '‮',
  '⁦',
  '​',
  '\u2028',
  '﻿',
  '---\n',
  '...\n',
  '- ',
  ': ',
  '\n  ',
  '[['.repeat(150),
  '{"a":'.repeat(150),
  'a'.repeat(3e3),
  '*'.repeat(40),
].map((word) => Buffer.from(word))

/**
 * Changes a text at a few places, byte by byte: what comes out may be no UTF-8, and is read as files and replies are.
 */
export const mutateText = (text: string, random: Random): string => {
  let bytes: Buffer = Buffer.from(text)
  for (let times = 1 + random(4); times > 0; times -= 1) bytes = mutateOnce(bytes, random)
  return bytes.toString('utf8')
}

const mutateOnce = (bytes: Buffer, random: Random): Buffer => {
  const at = random(bytes.length + 1)
  const length = 1 + random(random(8) === 0 ? 64 : 6)
  const [head, part, tail] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)]
  switch (random(8)) {
    case 0:
      return Buffer.concat([head, Buffer.of(random(256)), bytes.subarray(at + 1)])
    case 1:
      return Buffer.concat([head, Buffer.of(random(128)), bytes.subarray(at)])
    case 2:
      return Buffer.concat([head, tail])
    case 3:
      return Buffer.concat([head, part, part, tail])
    case 4:
      return Buffer.concat([head, wordOf(random), tail])
    case 5:
      return random(4) === 0 ? head : Buffer.concat([head, wordOf(random), part, tail])
    case 6: {
      const other = random(bytes.length + 1)
      return Buffer.concat([head, bytes.subarray(other, other + length), tail])
    }
    default:
      return repeated(head, part, tail, random)
  }
}

const wordOf = (random: Random): Buffer => WORDS[random(WORDS.length)] ?? Buffer.alloc(0)

const repeated = (head: Buffer, part: Buffer, tail: Buffer, random: Random): Buffer => {
  const times = Math.min(1 + random(random(20) === 0 ? 2000 : 20), Math.floor(MAX_BYTES / (part.length + 1)))
  const longer = Buffer.concat([head, ...Array<Buffer>(times).fill(part), tail])
  return longer.length > MAX_BYTES ? longer.subarray(0, MAX_BYTES) : longer
}
