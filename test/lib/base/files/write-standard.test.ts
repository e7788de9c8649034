import {expect} from 'chai'

import {writeStandard} from '../../../../src/lib/base/files/write-standard.ts'
import {runApart} from '../../../support/run-apart.ts'

type Streams = NonNullable<Parameters<typeof writeStandard>[2]>

/** Streams that keep what is written to them, or fail. */
const streams = (error?: Error): {readonly given: Streams; readonly written: string[]} => {
  const written: string[] = []
  const stream = {
    isTTY: true,
    off: () => stream,
    on: () => stream,
    write: (text: string, done: (error?: Error) => void) => {
      written.push(text)
      done(error)
    },
  }
  return {given: {platform: 'win32', stdout: stream, stderr: stream} as unknown as Streams, written}
}

describe('stdout and stderr', () => {
  it('get characters in a terminal of Windows, before the call returns', async () => {
    const {given, written} = streams()
    const both = [writeStandard(1, '名称\n', given), writeStandard(2, 'é\n', given)]
    expect(written).to.deep.equal(['名称\n', 'é\n'])
    await Promise.all(both)
    const failure = new Error('closed')
    const failed = await writeStandard(1, 'é', streams(failure).given).catch((error: unknown) => error)
    expect(failed).to.equal(failure)
  })

  it('get bytes anywhere else: kubectl reads them', async () => {
    const source = new URL('../../../../src/lib/base/files/write-standard.ts', import.meta.url)
    const program = `import {writeStandard} from ${JSON.stringify(source.href)}
const stream = {write: () => { throw new Error('by the stream') }}
const streams = (platform, terminal) => ({platform, stdout: {...stream, isTTY: terminal}, stderr: {...stream, isTTY: terminal}})
await writeStandard(1, '名', streams('win32', false))
await writeStandard(1, '称', streams('linux', true))
await writeStandard(1, 'a', streams('win32', true))
await writeStandard(2, 'é', streams('win32', undefined))`
    const {stdout, stderr} = await runApart(
      [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', program],
      process.env,
    )
    expect({stdout, stderr}).to.deep.equal({stdout: '名称a', stderr: 'é'})
  })
})
