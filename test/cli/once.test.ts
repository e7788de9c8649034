import {mkdir, readdir, readFile, realpath, rm} from 'node:fs/promises'
import {SourceMap, type SourceMapping, type SourceMapPayload} from 'node:module'
import {join, relative} from 'node:path'

import {expect} from 'chai'

import {ALICE, CLUSTER_ID, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {BEFORE_LANE, LAUNCHER, runCliProcess, STANDALONE} from '../support/run-cli.ts'

/** How often a run called a function and opened a file. */
interface Counts {
  readonly calls: Readonly<Record<string, number>>
  /** By path below the home directory. */
  readonly opened: Readonly<Record<string, number>>
}

/**
 * What reads the command line, the options and the list of plugins, and looks for credentials. None is async: V8 counts
 * an async function again when it goes on.
 */
const ONCE = ['parseCommandLine', 'createInvocation', 'readGlobalOptions', 'installedPlugins', 'providerChain']
const WITH_OCLIF = ['runCommandLine', 'loadPlugins']
const LANE_ONLY = Object.fromEntries(ONCE.map((name) => [name, 1]))
const GET_TOKEN = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]

const LANE = '/dist/lane/start.cjs'

const COUNT_OPENS = `const fs = require('fs'), opened = []
const counted = (object, name) => {
  const real = object[name]
  object[name] = function (path, ...rest) {
    if (typeof path === 'string') opened.push(path)
    return real.call(this, path, ...rest)
  }
}
for (const name of ['openSync', 'open', 'readFile', 'readFileSync']) counted(fs, name)
for (const name of ['open', 'readFile']) counted(fs.promises, name)
require('module').syncBuiltinESMExports()
process.on('exit', () => fs.writeFileSync(process.env.OPENED_FILES, JSON.stringify(opened)))`

describe('a run', () => {
  let home: TestHome
  let cloud: ClusterWorld
  let bundle: string
  let laneMap: SourceMap
  let laneSources: ReadonlyMap<string, readonly string[]>

  before(async function () {
    if (STANDALONE) this.skip()
    const path = join(LAUNCHER, `../..${LANE}`)
    bundle = await readFile(path, 'utf8')
    const map = JSON.parse(await readFile(`${path}.map`, 'utf8')) as SourceMapPayload
    laneMap = new SourceMap(map)
    laneSources = new Map(map.sources.map((source, index) => [source, map.sourcesContent[index]?.split('\n') ?? []]))
    cloud = await startClusterWorld()
    home = await makeHome()
    await home.write('count-opens.cjs', COUNT_OPENS)
    await home.write(CLI_CONFIG, {
      current: 'ak',
      profiles: [
        {name: 'ak', mode: 'AK', access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret},
        {
          name: 'role',
          mode: 'RamRoleArn',
          access_key_id: ALICE.accessKeyId,
          access_key_secret: ALICE.accessKeySecret,
          ram_role_arn: ROLE,
          ram_session_name: 'admin',
        },
      ],
    })
  })

  after(async () => {
    await cloud?.close()
    await home?.remove()
  })

  const countsOf = async (args: readonly string[], exitCode: number): Promise<Counts> => {
    const coverage = join(home.dir, 'coverage')
    await rm(coverage, {recursive: true, force: true})
    await mkdir(coverage)
    const result = await runCliProcess(args, {
      home: home.dir,
      env: {
        ALIBABA_CLOUD_STS_ENDPOINT: cloud.sts.endpoint,
        CS_ENDPOINT: cloud.cs.endpoint,
        NODE_V8_COVERAGE: coverage,
        NODE_OPTIONS: `--require=${join(home.dir, 'count-opens.cjs')}`,
        OPENED_FILES: join(home.dir, 'opened.json'),
      },
    })
    expect(result.exitCode, result.stderr).to.equal(exitCode)
    return {calls: await callsIn(coverage), opened: await openedFiles()}
  }

  const callsIn = async (dir: string): Promise<Counts['calls']> => {
    const calls: Record<string, number> = {}
    for (const name of await readdir(dir)) {
      const {result} = JSON.parse(await readFile(join(dir, name), 'utf8')) as {result: readonly V8Script[]}
      for (const {url, functions} of result)
        for (const {functionName, ranges} of functions) {
          const {count = 0, startOffset = 0} = ranges[0] ?? {}
          const called = url.endsWith(LANE) ? laneFunctionAt(startOffset) : functionName
          if (count > 0 && [...ONCE, ...WITH_OCLIF].includes(called)) calls[called] = (calls[called] ?? 0) + count
        }
    }
    return calls
  }

  /** The name in the source of what starts there in the lane's bundle, in which names are short. */
  const laneFunctionAt = (offset: number): string => {
    const above = bundle.slice(0, offset - BEFORE_LANE.length).split('\n')
    const {originalSource, originalLine, originalColumn} = laneMap.findEntry(
      above.length - 1,
      above.at(-1)?.length ?? 0,
    ) as SourceMapping
    const before = laneSources.get(originalSource)?.[originalLine]?.slice(0, originalColumn) ?? ''
    return /(?:const|function) ([\w$]+)(?: = (?:async )?\(?)?$/.exec(before)?.[1] ?? ''
  }

  const openedFiles = async (): Promise<Counts['opened']> => {
    const root = await realpath(home.dir)
    const opened: Record<string, number> = {}
    for (const path of JSON.parse(await readFile(join(home.dir, 'opened.json'), 'utf8')) as readonly string[]) {
      const name = relative(root, path).replaceAll('\\', '/')
      // The compiled form of the program is the launcher's matter.
      if (name.startsWith('..') || name.includes('/compile-cache/') || name.endsWith('.cjs')) continue
      opened[name] = (opened[name] ?? 0) + 1
    }
    return opened
  }

  it('reads arguments, options and config.json once for an answer that is at hand', async () => {
    const {calls, opened} = await countsOf(GET_TOKEN, 0)
    expect(calls).to.deep.equal(LANE_ONLY)
    expect(opened).to.deep.equal({[CLI_CONFIG]: 1})
  })

  for (const [what, args] of [
    ['session', [...GET_TOKEN, '--profile-name', 'role']],
    ['certificate', ['credential-plugin', 'get-credential', '-c', CLUSTER_ID]],
  ] as const)
    it(`does so for a ${what} that it has to fetch, and for the same one from the cache`, async () => {
      const miss = await countsOf(args, 0)
      expect(miss.calls).to.deep.equal(LANE_ONLY)
      expect(miss.opened).to.include({[CLI_CONFIG]: 1})
      // Looked at again with the lock in hand: another process may have written it meanwhile.
      expect(entriesIn(miss)).to.have.length(1)
      expect(entriesIn(miss)[0]?.[1]).to.be.at.most(2)

      const hit = await countsOf(args, 0)
      expect(hit.calls).to.deep.equal(LANE_ONLY)
      expect(entriesIn(hit)).to.deep.equal([[entriesIn(miss)[0]?.[0], 1]])
      expect(Object.keys(hit.opened)).to.have.length(2)
      expect(hit.opened).to.include({[CLI_CONFIG]: 1})
    })

  it('reads a defaults file once', async () => {
    const config = '.config/ack-ram-tool/config.yaml'
    await home.write(config, 'timeout: 30s\nvpc-endpoint: false\n')
    for (const args of [GET_TOKEN, ['list-clusters']]) {
      const {calls, opened} = await countsOf(args, 0)
      expect(calls).to.include(LANE_ONLY)
      expect(opened).to.include({[config]: 1, [CLI_CONFIG]: 1})
    }
    await rm(join(home.dir, config))
  })

  it('does so for an error', async () => {
    const {calls, opened} = await countsOf([...GET_TOKEN, '--profile-name', 'missing'], 3)
    expect(calls).to.deep.equal(LANE_ONLY)
    expect(opened).to.deep.equal({[CLI_CONFIG]: 1})
  })

  it('does so with oclif', async () => {
    const {calls, opened} = await countsOf(['list-clusters'], 0)
    expect(calls).to.include(LANE_ONLY)
    expect(calls).to.include.keys(WITH_OCLIF)
    expect(opened).to.include({[CLI_CONFIG]: 1})
  })
})

const entriesIn = ({opened}: Counts): readonly (readonly [string, number])[] =>
  // The note of a failure is looked for at a miss, and is not there.
  Object.entries(opened).filter(([name]) => /\/credential-plugin\/[0-9a-f]+\.json$/.test(name))

/** Of what Node writes into `NODE_V8_COVERAGE`. */
interface V8Script {
  readonly url: string
  readonly functions: readonly {
    readonly functionName: string
    readonly ranges: readonly {readonly count: number; readonly startOffset: number}[]
  }[]
}
