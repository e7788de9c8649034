import {execFile, spawnSync} from 'node:child_process'

/** What a finished kubectl has left. */
export type KubectlResult = {readonly exitCode: number; readonly stdout: string; readonly stderr: string}

export type KubectlOptions = {
  readonly kubeconfig: string
  /** kubectl keeps its discovery cache here, away from the user's own. */
  readonly home: string
  /** Added to its environment, and so to the exec plugin's; nothing but PATH is inherited. */
  readonly env?: Readonly<Record<string, string>>
}

const TIMEOUT_MS = 20_000

/** Whether there is a kubectl in PATH that runs. */
export const isKubectlPresent = (): boolean => spawnSync('kubectl', ['version', '--client']).status === 0

/** All of the environment that it gets. */
export const kubectlEnvironment = ({kubeconfig, home, env}: KubectlOptions): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  KUBECONFIG: kubeconfig,
  ...env,
})

/**
 * Runs the real kubectl, its stdin closed, for at most 20 seconds.
 *
 * @returns its exit code (-1 if it was killed) and what it wrote
 */
export const runKubectl = (args: readonly string[], options: KubectlOptions): Promise<KubectlResult> =>
  new Promise((resolve) => {
    const env = kubectlEnvironment(options)
    const child = execFile('kubectl', args, {env, timeout: TIMEOUT_MS}, (error, stdout, stderr) => {
      resolve({exitCode: error ? Number(error.code ?? -1) : 0, stdout, stderr})
    })
    child.stdin?.end()
  })
