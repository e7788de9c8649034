import {spawnSync} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, runCli} from '../support/run-cli.ts'

const hasShell = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

describe('shell completion', () => {
  let home: TestHome

  before(async () => {
    home = await makeHome()
  })
  after(() => home.remove())

  const completionOf = async (shell: string, file: string): Promise<string> => {
    const {exitCode} = await runCli(['autocomplete', shell], {home: home.dir, env: {SHELL: `/bin/${shell}`}})
    expect(exitCode).to.equal(0)
    return readFile(join(home.dir, '.cache', 'ack-ram-tool', 'autocomplete', file), 'utf8')
  }

  it('knows commands and flags in bash, zsh and PowerShell', async () => {
    for (const [shell, file] of [
      ['bash', 'functions/bash/ack-ram-tool.bash'],
      ['zsh', 'functions/zsh/_ack-ram-tool'],
      ['powershell', 'functions/powershell/ack-ram-tool.ps1'],
    ] as const) {
      const text = await completionOf(shell, file)
      for (const word of ['get-token', 'cluster-id', 'profile-name']) expect(text, shell).to.contain(word)
    }
  })

  it('completes in a real bash', async function () {
    if (!hasShell('bash')) this.skip()
    await completionOf('bash', 'functions/bash/ack-ram-tool.bash')
    const complete = (line: string): string[] => {
      const words = line.split(' ')
      const script = [
        `. "${join(home.dir, '.cache/ack-ram-tool/autocomplete/functions/bash/ack-ram-tool.bash')}"`,
        `COMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')}); COMP_CWORD=${words.length - 1}; COMP_LINE="${line}"; COMP_POINT=${line.length}`,
        '"$(complete -p ack-ram-tool | sed -E "s/.*-F ([^ ]+).*/\\1/")"',
        'printf "%s\\n" "${COMPREPLY[@]}"',
      ]
      const {stdout} = spawnSync('bash', ['--norc', '-c', script.join('\n')], {
        env: cliEnvironment(home.dir, {}),
        encoding: 'utf8',
      })
      // Bash shows equal words once.
      return [...new Set(stdout.split('\n').filter(Boolean))]
    }
    expect(complete('ack-ram-tool cred')).to.deep.equal(['credential-plugin'])
    expect(complete('ack-ram-tool credential-plugin get-')).to.have.members([
      'get-credential',
      'get-kubeconfig',
      'get-token',
    ])
    expect(complete('ack-ram-tool credential-plugin get-token --profile-')).to.have.members([
      '--profile-file',
      '--profile-name',
    ])
  })
})
