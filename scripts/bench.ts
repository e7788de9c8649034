/**
 * Measures how long a whole process takes, in pairs: each round runs every case once, in a new order, and a ratio is
 * taken within the round, so that a busy moment of the machine tells nothing false. `--short` is for CI: it prints, and
 * never fails on time. ACK_RAM_TOOL_PEER names another binary to compare with, ACK_RAM_TOOL_STANDALONE the executable.
 */
import {spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld} from '../test/support/cluster-world.ts'
import {CLI_CONFIG} from '../test/support/home.ts'
import {cliEnvironment, LAUNCHER, runCli} from '../test/support/run-cli.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const rounds = process.argv.includes('--short') ? 5 : 31
const standalone =
  process.env['ACK_RAM_TOOL_STANDALONE'] ?? join(root, 'standalone', `ack-ram-tool-${process.platform}-${process.arch}`)
const peer = process.env['ACK_RAM_TOOL_PEER']

interface Case {
  readonly name: string
  readonly command: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

const GET_TOKEN = ['credential-plugin', 'get-token', '--cluster-id', CLUSTER_ID]
const GET_CREDENTIAL = ['credential-plugin', 'get-credential', '--cluster-id', CLUSTER_ID]

const home = await mkdtemp(join(tmpdir(), 'ack-ram-tool-bench-'))
const profiled = await mkdtemp(join(tmpdir(), 'ack-ram-tool-bench-'))
const world = await startClusterWorld()
const kept = {...envOf(ALICE), ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint, CS_ENDPOINT: world.cs.endpoint}
try {
  const role = [...GET_TOKEN, '--role-arn', ROLE]
  for (const args of [role, GET_CREDENTIAL]) await runCli(args, {home, env: kept})
  const {accessKeyId, accessKeySecret} = ALICE
  const profile = {name: 'p', mode: 'AK', access_key_id: accessKeyId, access_key_secret: accessKeySecret}
  await mkdir(join(profiled, '.aliyun'))
  await writeFile(join(profiled, CLI_CONFIG), JSON.stringify({current: 'p', profiles: [profile]}))

  const environment = cliEnvironment(home, envOf(ALICE))
  const programs: Readonly<Record<string, readonly string[]>> = {
    node: [process.execPath, LAUNCHER],
    ...(existsSync(standalone) ? {standalone: [standalone]} : {}),
    ...(peer ? {peer: [peer]} : {}),
  }
  const cases = Object.entries(programs).flatMap(([program, command]): Case[] => {
    const of = (name: string, args: readonly string[], env: NodeJS.ProcessEnv): Case => ({
      name: `${program}: ${name}`,
      command: [...command, ...args],
      env,
    })
    const forAll = [
      of('get-token, environment', GET_TOKEN, environment),
      of('get-token, config.json', GET_TOKEN, cliEnvironment(profiled, {})),
    ]
    // What a peer keeps, and where, is its own affair.
    if (program === 'peer') return forAll
    return forAll.concat(
      of('get-token --role-arn, cached', role, cliEnvironment(home, kept)),
      of('get-credential, cached', GET_CREDENTIAL, cliEnvironment(home, kept)),
      of('--version', ['--version'], environment),
      of('get-token --help', ['credential-plugin', 'get-token', '--help'], environment),
    )
  })
  const base = {name: 'node -e 0', command: [process.execPath, '-e', '0'], env: environment}
  await report([base, ...cases])
} finally {
  await world.close()
  await rm(home, {recursive: true, force: true})
  await rm(profiled, {recursive: true, force: true})
}

async function report(cases: readonly Case[]): Promise<void> {
  const times = measure(cases)
  const [base = []] = times
  const rows = cases.map(({name}, index) => {
    const own = times[index] ?? []
    const ratios = own.map((ms, round) => ms / (base[round] ?? Number.NaN))
    return {
      name,
      ms: quantile(own, 0.5),
      low: quantile(own, 0.1),
      high: quantile(own, 0.9),
      ratio: quantile(ratios, 0.5),
    }
  })
  console.log(`${rounds} rounds, Node ${process.version}, ${process.platform} ${process.arch}`)
  console.log(`${'case'.padEnd(44)}   ms (10 % to 90 %)       × node -e 0`)
  for (const {name, ms, low, high, ratio} of rows)
    console.log(
      `${name.padEnd(44)} ${ms.toFixed(1).padStart(6)} (${low.toFixed(1)} to ${high.toFixed(1)})`.padEnd(70) +
        ratio.toFixed(2),
    )
  const file = join(root, 'bench.json')
  await writeFile(file, `${JSON.stringify({node: process.version, rounds, rows}, undefined, 2)}\n`)
}

function measure(cases: readonly Case[]): readonly number[][] {
  const times = cases.map((): number[] => [])
  for (let round = -2; round < rounds; round += 1) {
    for (const [index, {command, env, name}] of shuffled([...cases.entries()])) {
      const [program = '', ...args] = command
      const start = performance.now()
      const {status, error} = spawnSync(program, args, {env, stdio: 'ignore'})
      const ms = performance.now() - start
      if (error ?? status !== 0) throw error ?? new Error(`${name} ended with ${String(status)}`)
      // The first two fill caches.
      if (round >= 0) times[index]?.push(ms)
    }
  }
  return times
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
