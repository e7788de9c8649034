/**
 * Measures whole processes in pairs: each round runs every case once, in a new order, and a ratio is taken within the
 * round, so that a busy moment of the machine tells nothing false. Prints medians, with the 10th and 90th percentile of the
 * ratio.
 *
 * `--short` is for CI: few rounds, a small crowd; it never fails on time. `--only WORD` takes the cases with it in their names,
 * and no crowd. ACK_RAM_TOOL_PEER names a binary of the Go tool to
 * compare with, ACK_RAM_TOOL_STANDALONE the executable, ACK_RAM_TOOL_NODES further Nodes, separated by `:` (`;` on Windows).
 */
import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld} from '../test/support/cluster-world.ts'
import {CLI_CONFIG} from '../test/support/home.ts'
import {cliEnvironment, LAUNCHER, runCrowd} from '../test/support/run-cli.ts'
import {compileEmpty} from './bun.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const {
  values: {short: isShort, only},
} = parseArgs({options: {short: {type: 'boolean', default: false}, only: {type: 'string'}}})
const ROUNDS = isShort ? 3 : 31
const CROWD = isShort ? 10 : 100
const STS_DELAY_MS = 50
const standalone =
  process.env['ACK_RAM_TOOL_STANDALONE'] ?? join(root, 'standalone', `ack-ram-tool-${process.platform}-${process.arch}`)
const peer = process.env['ACK_RAM_TOOL_PEER']
const nodes = [process.execPath, ...(process.env['ACK_RAM_TOOL_NODES'] ?? '').split(delimiter).filter(Boolean)]

const BASH = existsSync('/bin/bash') ? '/bin/bash' : undefined
/** How often a command runs for one figure: bash counts in milliseconds. */
const REPEATS = BASH ? 4 : 1
/** EACH_IS_NEW gives every run a role session of its own, which is in no cache. */
const NEW_SESSION = `[ "$EACH_IS_NEW" ] && export ALIBABA_CLOUD_ROLE_SESSION_NAME=bench-$RANDOM-$RANDOM`
const TIMED = `TIMEFORMAT='%3R %3U %3S'; time for i in $(seq ${REPEATS}); do ${NEW_SESSION}; "$@" </dev/null >/dev/null 2>&1; done; exit $?`

interface Case {
  readonly name: string
  readonly command: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** What it is compared with: the name of a case. */
  readonly base: string
  readonly exitCode?: number
}

interface Times {
  readonly wallMs: number
  /** Of the processor, user and system together; undefined where there is no bash to ask. */
  readonly cpuMs: number | undefined
}

const GET_TOKEN = ['credential-plugin', 'get-token', '--cluster-id', CLUSTER_ID]
const GET_CREDENTIAL = ['credential-plugin', 'get-credential', '--cluster-id', CLUSTER_ID]

const work = await mkdtemp(join(tmpdir(), 'ack-ram-tool-bench-'))
const world = await startClusterWorld()
try {
  const cases = await allCases()
  await report(
    only === undefined
      ? cases
      : withBases(
          cases.filter(({name}) => name.includes(only)),
          cases,
        ),
  )
  if (only === undefined) await reportCrowds()
} finally {
  await world.close()
  await rm(work, {recursive: true, force: true})
}

function withBases(chosen: readonly Case[], cases: readonly Case[]): readonly Case[] {
  return cases.filter((one) => chosen.includes(one) || chosen.some(({base}) => base === one.name))
}

async function allCases(): Promise<readonly Case[]> {
  const {accessKeyId, accessKeySecret} = ALICE
  const profile = {name: 'p', mode: 'AK', access_key_id: accessKeyId, access_key_secret: accessKeySecret}
  const profiled = join(work, 'profiled')
  await mkdir(join(profiled, '.aliyun'), {recursive: true})
  await writeFile(join(profiled, CLI_CONFIG), JSON.stringify({current: 'p', profiles: [profile]}))
  const home = join(work, 'home')
  await mkdir(home)

  const plain = cliEnvironment(home, envOf(ALICE))
  // The Go tool takes the scheme from the variable, and the host from the flag.
  const services = {ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint, ALIBABA_CLOUD_STS_HTTP_SCHEME: 'http'}
  const online = cliEnvironment(home, {...envOf(ALICE), ...services, CS_ENDPOINT: world.cs.endpoint})
  const role = [...GET_TOKEN, '--role-arn', ROLE]
  const ofProgram = (program: string, command: readonly string[], base: string): readonly Case[] => {
    const of = (name: string, args: readonly string[], env: NodeJS.ProcessEnv, exitCode = 0): Case => ({
      name: `${program}: ${name}`,
      command: [...command, ...args],
      env,
      base,
      exitCode,
    })
    return [
      of('get-token, AccessKey', GET_TOKEN, plain),
      of('get-token, config.json', GET_TOKEN, cliEnvironment(profiled, {})),
      of('role, cached', role, online),
      of('certificate, cached', GET_CREDENTIAL, online),
      of('role, not cached', role, {...online, EACH_IS_NEW: '1'}),
      of('error: no credentials', GET_TOKEN, cliEnvironment(home, {}), 3),
      of('error: unknown profile', [...GET_TOKEN, '--profile-name', 'x'], cliEnvironment(profiled, {}), 3),
      of('error: refused', [...GET_TOKEN, '--role-arn', 'acs:ram::1:role/none'], online, 4),
      of('with oclif: cache list', ['credential-plugin', 'cache', 'list'], plain),
      of('--version', ['--version'], plain),
      of('--help', ['--help'], plain),
    ]
  }
  const cases = nodes.flatMap((node, index) => {
    const base = `node -e 0${index === 0 ? '' : ` (${node})`}`
    const empty: Case = {name: base, command: [node, '-e', '0'], env: plain, base}
    return [empty, ...ofProgram(`node${index === 0 ? '' : index + 1}`, [node, LAUNCHER], base)]
  })
  const empty = await compileEmpty(work)
  if (empty && existsSync(standalone)) {
    cases.push({name: 'empty executable', command: [empty], env: plain, base: 'empty executable'})
    cases.push(...ofProgram('executable', [standalone], 'empty executable'))
  }
  if (peer) {
    const sts = ['--sts-endpoint', new URL(world.sts.endpoint).host]
    const base = 'empty executable'
    cases.push({name: 'peer: get-token, AccessKey', command: [peer, ...GET_TOKEN], env: plain, base})
    cases.push({name: 'peer: role, not cached', command: [peer, ...role, ...sts], env: online, base})
  }
  return cases
}

async function report(cases: readonly Case[]): Promise<void> {
  const times = await measure(cases)
  console.log(`${ROUNDS} rounds, Node ${process.version}, ${process.platform} ${process.arch}`)
  console.log(`${'case'.padEnd(40)} CPU ms  wall ms   ratio: CPU (10 % to 90 %)   wall (10 % to 90 %)`)
  const rows = cases.map(({name, base}, index) => {
    const own = times[index] ?? []
    const others = times[cases.findIndex((other) => other.name === base)] ?? own
    const ratios = (pick: (time: Times) => number | undefined): readonly number[] =>
      own.map((time, round) => (pick(time) ?? Number.NaN) / (pick(others[round] ?? time) ?? Number.NaN))
    const cpu = ratios(({cpuMs}) => cpuMs)
    const wall = ratios(({wallMs}) => wallMs)
    const cpuMs = quantile(
      own.map((time) => time.cpuMs ?? Number.NaN),
      0.5,
    )
    const wallMs = quantile(
      own.map((time) => time.wallMs),
      0.5,
    )
    console.log(
      `${name.padEnd(40)} ${cpuMs.toFixed(1).padStart(6)} ${wallMs.toFixed(1).padStart(8)}   ${spread(cpu)}          ${spread(wall)}`,
    )
    return {name, base, cpuMs, wallMs, cpu: quantile(cpu, 0.5), wall: quantile(wall, 0.5)}
  })
  const file = join(root, 'bench.json')
  await writeFile(file, `${JSON.stringify({node: process.version, rounds: ROUNDS, rows}, undefined, 2)}\n`)
}

function spread(ratios: readonly number[]): string {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((q) => quantile(ratios, q).toFixed(2))
  return `${middle} (${low} to ${high})`
}

/** Many at once with nothing cached, until the last of them has ended. */
async function reportCrowds(): Promise<void> {
  const crowds = nodes.map((node): readonly [string, readonly [string, ...string[]]] => [node, [node, LAUNCHER]])
  if (existsSync(standalone)) crowds.push(['executable', [standalone]])
  if (peer) crowds.push(['peer', [peer]])
  for (const [name, program] of crowds) {
    const home = await mkdtemp(join(work, 'crowd-'))
    const env = cliEnvironment(home, {
      ...envOf(ALICE),
      ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint,
      ALIBABA_CLOUD_STS_HTTP_SCHEME: 'http',
    })
    const sts = name === 'peer' ? ['--sts-endpoint', new URL(world.sts.endpoint).host] : []
    const before = world.sts.requests.length
    world.sts.failNext(CROWD, {delayMs: STS_DELAY_MS})
    const start = performance.now()
    const results = await runCrowd({
      count: CROWD,
      command: [...program, ...GET_TOKEN, '--role-arn', ROLE, ...sts],
      env,
    })
    const seconds = ((performance.now() - start) / 1000).toFixed(2)
    const failed = results.filter(({exitCode}) => exitCode !== 0).length
    console.log(
      `${CROWD} at once, nothing cached, ${name}: ${seconds} s, ${world.sts.requests.length - before} calls, ${failed} failed`,
    )
  }
}

async function measure(cases: readonly Case[]): Promise<readonly Times[][]> {
  const times = cases.map((): Times[] => [])
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const [index, one] of shuffled([...cases.entries()])) {
      const time = await runOnce(one)
      // The first two fill caches.
      if (round >= 0) times[index]?.push(time)
    }
  }
  return times
}

async function runOnce({command, env, name, exitCode = 0}: Case): Promise<Times> {
  const start = performance.now()
  const [program = '', ...args] = BASH ? [BASH, '-c', TIMED, 'bash', ...command] : command
  const session = env['EACH_IS_NEW']
    ? {ALIBABA_CLOUD_ROLE_SESSION_NAME: `bench-${Math.random().toString(36).slice(2)}`}
    : {}
  const child = spawn(program, args, {env: {...env, ...session}, stdio: ['ignore', 'ignore', BASH ? 'pipe' : 'ignore']})
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [code, said] = await Promise.all([ended, child.stderr ? text(child.stderr) : ''])
  const wallMs = performance.now() - start
  if (code !== exitCode) throw new Error(`${name} ended with ${String(code)}: ${said}`)
  const [real, user, system] = said.trim().split(' ').map(Number)
  if (real === undefined || user === undefined || system === undefined) return {wallMs, cpuMs: undefined}
  return {wallMs: (real * 1000) / REPEATS, cpuMs: ((user + system) * 1000) / REPEATS}
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({item, at: Math.random()}))
    .toSorted((one, other) => one.at - other.at)
    .map(({item}) => item)
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
