import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process'
import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {chmod} from 'node:fs/promises'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'

import {expect} from 'chai'

import {externalProcessesAreDisabled} from '../../../../src/lib/credentials/sources/external-processes.ts'
import {externalProfile, runExternalProcess} from '../../../../src/lib/credentials/sources/external-process.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'
import {recordingLog, testRuntime} from '../../../support/runtime.ts'
import {failureOf} from '../../../support/failure-of.ts'

const description = 'profile "x" of /f'
const PREFIX = `the process_command of ${description} failed: `

/** A command that runs JavaScript here. */
const node = (script: string): string => `'${process.execPath}' -e '${script}' SECRET-argument`

const prints = (text: string): string =>
  node(`process.stdout.write(Buffer.from("${Buffer.from(text).toString('base64')}", "base64"))`)

/** A process that runs a command, as `request`, and whose streams the command gets. */
const startRun = (statement: string, command: string): ChildProcessWithoutNullStreams => {
  const url = pathToFileURL('src/lib/credentials/sources/external-process.ts').href
  const program = `import {runExternalProcess} from ${JSON.stringify(url)}
    const context = {log: {debug() {}}, runtime: {env: process.env, platform: process.platform}}
    const request = {command: ${JSON.stringify(command)}, description: 'x'}
    ${statement}`
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program])
}

describe('runExternalProcess', () => {
  let home: TestHome
  let lines: readonly string[] = []

  before(async () => {
    home = await makeHome()
  })
  afterEach(() => expect(lines.join('\n')).not.to.contain('SECRET'))
  after(() => home.remove())

  const context = (env: NodeJS.ProcessEnv = process.env) => {
    const log = recordingLog()
    lines = log.lines
    return {log, runtime: testRuntime({env, platform: process.platform})}
  }
  const run = (command: string, {timeoutMs = 30_000, env = process.env} = {}) =>
    runExternalProcess({command, description, timeoutMs}, context(env))

  it('reads the object that the program prints', async () => {
    expect(await run(prints('\uFEFF {"mode":"AK","access_key_secret":"SECRET-é"}\n'))).to.deep.equal({
      mode: 'AK',
      access_key_secret: 'SECRET-é',
    })
    expect(lines).to.deep.equal([
      `debug: credentials: running "${process.platform === 'win32' ? 'node.exe' : 'node'}", the process_command of ${description}`,
    ])
  })

  it('takes the first flat object with a mode out of other text, as the aliyun CLI does', async () => {
    const text = 'hello {"a":{"mode":"no"\n {"access_key_id":"x"} {"mode" "no"} {\n"mode": "AK"\n} {"mode":"StsToken"}'
    expect(await run(prints(text))).to.deep.equal({mode: 'AK'})
  })

  it('hands over arguments as they are, the environment, and nothing on stdin', async () => {
    const script = `let size = 0;
      process.stdin.on("data", (chunk) => { size += chunk.length }).on("end", () =>
        console.log(JSON.stringify({mode: "AK", argv: process.argv.slice(1), env: process.env.ONLY, size})))`
    const command = `'${process.execPath}' -e '${script}' '$HOME' "a b" ''`
    expect(await run(command, {env: {ONLY: 'here'}})).to.deep.equal({
      mode: 'AK',
      argv: ['$HOME', 'a b', ''],
      env: 'here',
      size: '0',
    })
  })

  it('finds the program in the PATH of its environment', async function () {
    if (process.platform === 'win32') this.skip()
    const tool = await home.write('bin/print-it', `#!/bin/sh\necho '{"mode":"AK"}'\n`)
    await chmod(tool, 0o700)
    expect(await run('print-it', {env: {PATH: `${home.dir}/bin:/usr/bin:/bin`}})).to.deep.equal({mode: 'AK'})
  })

  const failures: Record<string, readonly [command: string, message: string, code?: string]> = {
    'a program that is not there': ['/none/SECRET-dir/tool SECRET', '"tool" was not found'],
    'an exit code': [node('console.log("{}"); process.exit(3)'), '"node" exited with code 3'],
    'a signal': [node('process.kill(process.pid, "SIGKILL")'), '"node" was killed by SIGKILL'],
    'no output': [prints(''), '"node" printed no JSON object'],
    text: [prints('SECRET-text'), '"node" printed no JSON object'],
    'UTF-16': [node('process.stdout.write("{}", "utf16le")'), '"node" printed UTF-16 or binary data'],
    'a list': [prints('[{"a":"SECRET-text"}]'), '"node" printed no JSON object'],
    'too much output': [
      node('const chunk = "SECRET".repeat(20000); setInterval(() => process.stdout.write(chunk), 1)'),
      '"node" printed more than 1 MiB',
    ],
    'an argument that no program can take': [
      `${process.execPath} 'SECRET\0'`,
      '"node" cannot be started: the command contains a NUL',
    ],
  }
  for (const [name, [command, message]] of Object.entries(failures)) {
    it(`fails after ${name}`, async function () {
      if (process.platform === 'win32') this.skip()
      const error = await failureOf(run(command))
      expect(error.code).to.equal('ProcessFailed')
      expect(error.nextStep).not.to.equal('')
      expect(error.message).to.contain(PREFIX + message)
    })
  }

  it('fails when the program is not executable', async function () {
    if (process.platform === 'win32') this.skip()
    const path = await home.write('plain-file', 'SECRET')
    expect((await failureOf(run(`'${path}'`))).message).to.equal(`${PREFIX}"plain-file" is not executable`)
  })

  it('stops a program that takes too long, even one that does not listen', async function () {
    if (process.platform === 'win32') this.skip()
    const error = await failureOf(
      run(node('process.on("SIGTERM", () => {}); process.stdout.write("SECRET"); setInterval(() => {}, 1000)'), {
        timeoutMs: 500,
      }),
    )
    expect(error).to.include({
      code: 'DeadlineExceeded',
      message: `${PREFIX}"node" did not end within 0.5 s, the limit without a person at a terminal`,
    })
  })

  it('waits as long as it takes where a person is at the terminal, and tells them', async () => {
    const go = join(home.dir, 'go')
    const waits = node(`const {existsSync} = require("fs")
      setInterval(() => { if (existsSync("${go.replaceAll('\\', '/')}")) process.exit(console.log("{}")) }, 10)`)
    const told: string[] = []
    const tellPerson = (text: string): void => {
      told.push(text)
      writeFileSync(go, '')
    }
    const request = {command: waits, description, timeoutMs: 1, tellAfterMs: 300}
    expect(await runExternalProcess(request, {...context(), tellPerson})).to.deep.equal({})
    expect(told).to.deep.equal([
      `Waiting for "node", the process_command of ${description}. There is no time limit; Ctrl-C cancels.`,
    ])
    expect(await runExternalProcess({...request, tellAfterMs: 60_000}, {...context(), tellPerson})).to.deep.equal({})
    expect(told).to.have.length(1)
  })

  it('stops with it what it has started, even what does not listen', async function () {
    if (process.platform === 'win32') this.skip()
    const script = `sh -c 'sh -c "trap true TERM; while true; do sleep 30; done" & sleep 30; true'`
    const child = startRun(`await runExternalProcess({...request, timeoutMs: 500}, context).catch(() => {})`, script)
    // Its stderr is closed when all have ended.
    await once(child.stderr.resume(), 'close')
  })

  it('does not wait for what the program leaves behind, and passes its stderr on', async function () {
    if (process.platform === 'win32') this.skip()
    const leaves = `const left = require("child_process").spawn("sleep", ["60"], {stdio: "inherit", detached: true});
      left.unref(); console.log(JSON.stringify({mode: "AK", pid: left.pid})); console.error("please log in")`
    const child = startRun('console.log(JSON.stringify(await runExternalProcess(request, context)))', node(leaves))
    const output = {stdout: '', stderr: ''}
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    expect(await new Promise((resolve) => child.on('exit', resolve))).to.equal(0)
    child.stdout.destroy()
    child.stderr.destroy()
    expect(output.stderr).to.contain('please log in')
    const {mode, pid} = JSON.parse(output.stdout)
    expect(mode).to.equal('AK')
    process.kill(pid)
  })

  it('is forbidden by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS', async () => {
    for (const [value, isDisabled] of Object.entries({
      '1': true,
      TRUE: true,
      true: true,
      True: true,
      '0': false,
      yes: false,
      '': false,
    })) {
      const env = {...process.env, ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: value}
      expect(externalProcessesAreDisabled(env), value).to.equal(isDisabled)
    }
    const error = await failureOf(run(prints('{}'), {env: {ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: 'True'}}))
    expect(error.code).to.equal('ProfileNotSupported')
    expect(error.message).to.contain('which ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS forbids')
  })

  it('refuses a command that cannot be split', async () => {
    expect(await failureOf(run('tool "SECRET'))).to.include({code: 'ProfileInvalid'})
  })

  describe('externalProfile', () => {
    const profileOf = (text: string) => externalProfile({command: prints(text), description}, context())

    it('is the printed profile', async () => {
      const profile = await profileOf('{"Mode":"StsToken","ACCESS_KEY_ID":"LTAI","sts_expiration":7,"x":null}')
      expect(profile).to.include({kind: 'StsToken', file: description, name: 'output of process_command'})
      expect(['access_key_id', 'sts_expiration', 'x', 'constructor'].map((name) => profile.field(name))).to.deep.equal([
        'LTAI',
        '7',
        '',
        '',
      ])
      expect((await profileOf('{"mode":"AK","name":"mine"}')).name).to.equal('mine')
    })

    it('keeps every digit of a number', async () => {
      const profile = await profileOf(
        'login done\n{"mode":"AK","access_key_secret":230000000000000001,"external_id":1.0}',
      )
      expect(profile.field('access_key_secret')).to.equal('230000000000000001')
      expect(profile.field('external_id')).to.equal('1.0')
    })

    it('has a mode, and fields that are text', async () => {
      expect((await failureOf(profileOf('{"access_key_id":"SECRET-x"}'))).message).to.contain('without a "mode"')
      const profile = await profileOf('{"mode":"AK","access_key_id":["SECRET-x"]}')
      expect(() => profile.field('access_key_id')).to.throw(AckError, 'whose "access_key_id" is not text')
    })
  })
})
