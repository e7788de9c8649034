import {expect} from 'chai'

import {isGoTool, startedBy} from '../../../src/lib/programs/program-file.ts'
import {makeHome, type TestHome} from '../../support/home.ts'

describe('a program as a file', () => {
  let home: TestHome

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  it('tells what the scripts of package managers start', async () => {
    const launcher = `${home.dir}/pkg/node_modules/ack-ram-tool/bin/run.cjs`
    for (const text of [
      '#!/bin/sh\nbasedir=$(dirname "$0")\nexec node  "$basedir/../node_modules/ack-ram-tool/bin/run.cjs" "$@"\n',
      '@ECHO off\r\n"%_prog%"  "%dp0%\\..\\node_modules\\ack-ram-tool\\bin\\run.cjs" %*\r\n',
      '@"%~dp0\\..\\node_modules\\ack-ram-tool\\bin\\run.cjs" %*\r\n',
      `#!/bin/sh\nexec node '${launcher}' "$@"\n`,
    ]) {
      const shim = await home.write('pkg/bin/ack-ram-tool', text)
      expect(startedBy(shim), text).to.deep.equal([launcher])
    }
    const own = await home.write('run.cjs', '#!/usr/bin/env node\nrequire("./start.cjs")\n')
    expect(startedBy(own)).to.deep.equal([])
    expect(startedBy(`${home.dir}/none`)).to.deep.equal([])
  })

  it('knows the Go tool by what its linker has written, wherever that stands', async () => {
    const words = 'path\tgithub.com/AliyunContainerService/ack-ram-tool/cmd/ack-ram-tool\n'
    const chunk = 4 * 1024 * 1024
    for (const [before, isIt] of [
      [`\u007FELF${'\u0000'.repeat(100)}`, true],
      // Across the end of a part of the file that is read at once.
      [`\u007FELF${'\u0000'.repeat(chunk - 20)}`, true],
      [`\u007FELF${'\u0000'.repeat(chunk + 20)}`, true],
      ['#!/bin/sh\n# ', false],
    ] as const)
      expect(isGoTool(await home.write('program', before + words)), `${before.length}`).to.equal(isIt)
    expect(isGoTool(await home.write('program', '\u007FELF path github.com/other/ack-ram-tool'))).to.equal(false)
  })
})
