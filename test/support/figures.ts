import {appendFileSync} from 'node:fs'

/** The file that `npm run prove:…` sums up: a line of JSON for each count. */
const FILE = process.env['ACK_RAM_TOOL_TEST_FIGURES']

/** Counts what a test has tried and found well, such as 40 `ENOSPC`, for the figures of `npm run prove:…`. */
export const figure = (kind: string, count = 1): void => {
  if (FILE) appendFileSync(FILE, `${JSON.stringify({kind, count})}\n`)
}
