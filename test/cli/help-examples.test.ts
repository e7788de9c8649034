import {spawn} from 'node:child_process'
import {mkdir, readdir, rename} from 'node:fs/promises'
import {delimiter, join} from 'node:path'
import {text as textOf} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'
import {Config} from '@oclif/core'

import {AckHelp} from '../../src/lib/cli/help/ack-help.ts'
import {EXAMPLE_ID} from '../../src/lib/cli/help/example-id.ts'
import {FIRST_STEPS} from '../../src/lib/cli/help/first-steps.ts'
import {ALL_COMMAND_OPTIONS} from '../../src/lib/options/all-commands.ts'
import {startLocalCloud, type LocalCloud} from '../local-cloud/cloud.ts'
import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import {cliEnvironment, type CliResult, PROGRAM, runCli} from '../support/run-cli.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Some examples need what others have made, so that the order counts. */
const FIRST = ['update-kubeconfig', 'rbac scan-user-permissions', 'rbac cleanup-user-permissions']
const LAST = ['rrsa verify', 'rrsa disassociate-role', 'rrsa disable']
/** The name in the examples; a real one has the time in it. */
const BACKUP = 'rbac-backup-20260102T030405Z'
/** Where an example has only the name. */
const IN_HOME: ReadonlySet<string> = new Set([BACKUP, 'ca.crt', 'oidc-token'])
const IN_A_SHELL = /[|<>$]/
const FILLS_CACHE = `ack-ram-tool credential-plugin get-credential -c ${EXAMPLE_ID} --profile-name production`
/** doctor ends with 10 where there is a warning. */
const goodEnds = (command: string): readonly number[] => (command.includes(' doctor') ? [0, 10] : [0])

describe('the examples in help', () => {
  let cloud: LocalCloud
  let env: Record<string, string>

  before(async () => {
    cloud = await startLocalCloud(['production', 'staging'])
    const {environment, home} = cloud
    env = {
      ...environment,
      // Nobody is there to answer.
      ACK_RAM_TOOL_ASSUME_YES: 'true',
      PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    }
    await cloud.write(
      'bin/ack-ram-tool',
      `#!/bin/sh\nexec ${PROGRAM.map((word) => `"${word}"`).join(' ')} "$@"\n`,
      0o700,
    )
    await cloud.write(
      'bin/terraform',
      '#!/bin/sh\ntest "$1" = plan && test -n "$ALIBABA_CLOUD_SECURITY_TOKEN"\n',
      0o700,
    )
    await cloud.write('ca.crt', (await createClusterCa(new Date())).certPem)
    await mkdir(join(home, '.config/fish/completions'), {recursive: true})
    await mkdir(join(home, 'functions'))
  })
  after(() => cloud?.close())

  const inShell = async (command: string): Promise<CliResult> => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', `fpath=(. "$HOME/functions")\n${command}`], {
      cwd: cloud.home,
      env: cliEnvironment(cloud.home, env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
    return {stdout, stderr, exitCode: await ended}
  }

  const run = async (command: string): Promise<CliResult | undefined> => {
    // Of a line for PowerShell, what this program does.
    const line = command.replace(/ \| Out-String.*/, '')
    if (IN_A_SHELL.test(line)) return process.platform === 'win32' ? undefined : inShell(line)
    const [, ...words] = line.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'))
    const args = words.map((word) => (IN_HOME.has(word) ? join(cloud.home, word) : word))
    // Where these are, a pod has its token, and the command needs no flag.
    const pod = {
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1234567890123456:role/pod',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1234567890123456:oidc-provider/ack-rrsa',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(cloud.home, 'oidc-token'),
    }
    const isOfPod = words[1] === 'assume-role'
    const where = words[1] === 'cleanup-user-permissions' ? ['--backup-dir', cloud.home] : []
    return runCli([...args, ...where], {home: cloud.home, env: isOfPod ? {...env, ...pod} : env})
  }

  it('all work, and so do the first steps of topics', async () => {
    const config = await Config.load({root: ROOT, userPlugins: false, devPlugins: false})
    const help = new AckHelp(config)
    const order = (name: string): number =>
      FIRST.includes(name) ? FIRST.indexOf(name) - FIRST.length : LAST.indexOf(name) + 1
    const pages = config.commands
      .filter(({id, hidden}) => !hidden && id.replaceAll(':', ' ') in ALL_COMMAND_OPTIONS)
      .map((command) => help.page(command))
      .map((page) => ({page, name: page.command.replace('ack-ram-tool ', '')}))
      .toSorted((one, other) => order(one.name) - order(other.name))
    const commands = new Set([
      ...Object.values(FIRST_STEPS).flatMap((steps) => steps.map(({command}) => command)),
      ...pages.flatMap(({page}) => page.examples.map(({command}) => command)),
    ])
    for (const {page} of pages) expect(page.examples, page.command).to.have.length.greaterThan(0)
    expect(commands.size).to.be.greaterThan(50)
    for (const command of commands) {
      // There must be something to remove.
      if (/ (?:logout|cache clear)/.test(command)) await run(FILLS_CACHE)
      const result = await run(command)
      expect(result?.exitCode ?? 0, `${command}\n${result?.stdout}${result?.stderr}`).to.be.oneOf([
        ...goodEnds(command),
      ])
      for (const name of await readdir(cloud.home))
        if (name.startsWith('rbac-backup-') && name !== BACKUP)
          await rename(join(cloud.home, name), join(cloud.home, BACKUP))
    }
  }).timeout(300_000)
})
