import {readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'

import {expect} from 'chai'
import {parse} from 'yaml'

import {runCli, STANDALONE} from '../support/run-cli.ts'

const {version: VERSION} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

describe('version', () => {
  const run = async (...args: string[]): Promise<string> => {
    const {stdout, stderr, exitCode} = await runCli(args, {home: tmpdir()})
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }

  it("prints the Go tool's two lines first, in its columns, and then what runs", async () => {
    const lines = (await run('version')).split('\n')
    expect(lines[0]).to.equal(`Version:     ${VERSION}`)
    expect(lines[1]).to.match(/^GitCommit:(   [0-9a-f]{7,}(-modified)?)?$/)
    expect(lines[2]).to.match(STANDALONE ? /^Runtime: {5}Bun \d.*, standalone$/ : /^Runtime: {5}Node\.js v\d+/)
    expect(lines[3]).to.equal(`Platform:    ${process.platform}/${process.arch}`)
    expect(lines.slice(4)).to.deep.equal([''])
  })

  it('ignores extra words and global flags, as the Go tool does', async () => {
    const plain = await run('version')
    expect(await run('--log-level', 'error', 'version', 'of', 'what', '-y')).to.equal(plain)
  })

  it('prints the same as JSON and YAML', async () => {
    const info = JSON.parse(await run('version', '--output', 'json')) as {version: string; isStandalone: boolean}
    expect(info).to.include({version: VERSION, isStandalone: STANDALONE !== undefined})
    expect(parse(await run('version', '-o', 'yaml'))).to.deep.equal(info)
  })
})
