import {ALICE, CLUSTER_ID, envOf} from './cluster-world.ts'
import {makeHome, type TestHome} from './home.ts'
import {installPlugins, type TestPlugin} from './plugins.ts'
import {runCliProcess, STANDALONE, type CliResult} from './run-cli.ts'

export const GET_TOKEN: readonly string[] = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]

/** What a source of a test gives: Alice's AccessKey, as if it were a session's. */
export const GIVE = `return {accessKeyId: '${ALICE.accessKeyId}', accessKeySecret: '${ALICE.accessKeySecret}', expiration: '2099-01-01T00:00:00Z'}`

/** The module of a command without oclif. */
export const PRINT_HELLO = `module.exports = class { static flags = {}; static args = {}; static aliases = []; static hiddenAliases = []; static async run() { console.log('hello') } }`

export const isToken = ({stdout}: CliResult): boolean =>
  (JSON.parse(stdout) as {kind: string}).kind === 'ExecCredential'

/** A home of the plugins of some tests, which are skipped in an executable: it loads none. */
export interface PluginWorld {
  readonly home: TestHome
  /** Runs the program in a process of its own, with nothing but these plugins installed. */
  run(
    plugins: readonly TestPlugin[],
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<CliResult>
}

/** Declares tests with plugins: each gets the same world. */
export const describePlugins = (title: string, tests: (world: PluginWorld) => void): void => {
  describe(title, function () {
    this.timeout(60_000)
    let home: TestHome
    before(async function () {
      if (STANDALONE) this.skip()
      home = await makeHome()
    })
    after(() => home?.remove())
    tests({
      get home() {
        return home
      },
      run: async (plugins, args = GET_TOKEN, env = envOf(ALICE)) => {
        await installPlugins(home, plugins)
        return runCliProcess(args, {home: home.dir, env})
      },
    })
  })
}
