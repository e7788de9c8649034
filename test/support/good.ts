import {expect} from 'chai'

import type {CliResult} from './run-cli.ts'

/** The result of a run that has to succeed. */
export const good = async (work: Promise<CliResult>): Promise<CliResult> => {
  const result = await work
  expect(result.exitCode, result.stderr).to.equal(0)
  return result
}
