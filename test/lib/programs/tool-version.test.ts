import {chmod} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {checkInstallation} from '../../../src/lib/diagnosis/check-installation.ts'
import {recogniseProgram} from '../../../src/lib/programs/recognise-program.ts'
import {toolVersion} from '../../../src/lib/programs/tool-version.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {testRuntime} from '../../support/runtime.ts'

describe('the version that a program says', () => {
  let home: TestHome

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  /** Installs a program as npm does on Windows, and gives the path of its shim. */
  const install = async (dir: string, version: string): Promise<string> => {
    const script = 'node_modules/ack-ram-tool/bin/run.cjs'
    await home.write(
      `${dir}/${script}`,
      `if (process.argv[2] === 'version') console.log('Version: ${version}\\nRuntime: Node')`,
    )
    return home.write(
      `${dir}/ack-ram-tool.cmd`,
      `@ECHO off\r\n"%_prog%"  "%dp0%\\${script.replaceAll('/', '\\')}" %*\r\n`,
    )
  }
  const runtime = testRuntime({platform: 'win32'})

  it('is told of what npm installs on Windows, where only cmd.exe starts its shim', async () => {
    const shim = await install('npm', '9.9.9')
    expect(await toolVersion(shim, runtime)).to.deep.equal({tool: 'this', version: '9.9.9'})
    expect(await recogniseProgram(shim, runtime)).to.deep.equal({is: 'copy', version: '9.9.9'})
    const own = testRuntime({platform: 'win32', program: join(home.dir, 'npm/node_modules/ack-ram-tool/bin/run.cjs')})
    expect(await recogniseProgram(shim, own)).to.deep.equal({is: 'this'})
  })

  it('is not asked of another batch file, nor of a shim whose script is gone', async () => {
    for (const text of ['#!/bin/sh\necho Version: 1.0.0\n', '@"%~dp0\\node_modules\\gone\\run.cjs" %*\r\n'])
      for (const name of ['ack-ram-tool.CMD', 'ack-ram-tool.bat']) {
        const path = await home.write(name, text)
        await chmod(path, 0o755)
        expect(await toolVersion(path, runtime), name).to.equal(undefined)
      }
  })

  it('decides whether programs in PATH differ; of one that says none that is not known', async function () {
    if (process.platform === 'win32') this.skip()
    const found = async (...versions: readonly (string | undefined)[]): Promise<string> => {
      const dirs = versions.map((_, at) => join(home.dir, String(at)))
      for (const [at, version] of versions.entries())
        await chmod(
          await home.write(
            `${at}/ack-ram-tool`,
            version === undefined ? '#!/bin/sh\n' : `#!/bin/sh\necho Version: ${version}\necho Runtime: x\n`,
          ),
          0o755,
        )
      const [, {level, text} = {level: '', text: ''}] = await checkInstallation(
        testRuntime({env: {PATH: dirs.join(':')}}),
      )
      return `${level}: ${text.split(/ programs|:/, 1)[0]}`
    }
    expect(await found('1.0.0', '1.0.0')).to.equal('ok: in PATH')
    expect(await found(undefined)).to.equal('ok: in PATH')
    expect(await found('1.0.0', '2.0.0')).to.equal('warning: different')
    expect(await found('1.0.0', undefined, '2.0.0')).to.equal('warning: different')
    expect(await found('1.0.0', undefined)).to.equal('warning: several')
    expect(await found(undefined, undefined)).to.equal('warning: several')
  })
})
