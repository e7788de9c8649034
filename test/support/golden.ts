import {existsSync, readFileSync, writeFileSync} from 'node:fs'

import {expect} from 'chai'

/** Writes the files anew, to be read before they are checked in. */
const IS_WRITING = process.env['ACK_RAM_TOOL_TEST_WRITE_GOLDEN'] === '1'

/**
 * Compares a text with a checked-in file.
 *
 * @param name - below test/fixtures
 */
export const expectGolden = (name: string, text: string): void => {
  const file = new URL(`../fixtures/${name}.txt`, import.meta.url)
  if (IS_WRITING) writeFileSync(file, text)
  expect(existsSync(file), `${name}: run the test with ACK_RAM_TOOL_TEST_WRITE_GOLDEN=1`).to.equal(true)
  expect(text).to.equal(readFileSync(file, 'utf8'))
}

/** A text without what differs from run to run and from machine to machine. */
export const steady = (text: string, replaced: Readonly<Record<string, string>> = {}): string => {
  let result = text
  for (const [value, name] of Object.entries(replaced)) result = result.replaceAll(value, name)
  return result
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
    .replaceAll(/RequestId [\w-]+/g, 'RequestId ID')
    .replaceAll(/\d+ of at most/g, 'N of at most')
    .replaceAll(/in \d+ ms/g, 'in N ms')
    .replaceAll(/reached \(E[A-Z]+\)/g, 'reached (CODE)')
    .replaceAll(/within \d+ s/g, 'within N s')
    .replaceAll(/within \d\.\d s/g, 'within N s')
    .replaceAll(/TIME, \d+ s behind/g, 'TIME, N s behind')
    .replaceAll(/ack-ram-tool \d+\.\d+\.\d+( \([\w-]+\))?, .*$/gm, 'ack-ram-tool VERSION')
    .replaceAll(/STS\.[\w-]+(…\w+)?/g, 'STS.ID')
    .replaceAll(/[\w/+]{6}…/g, 'SIGNED…')
}
