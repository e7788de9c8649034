/**
 * What a user does with plugins, with the installed package: installs both examples from their tarballs into a home
 * directory that is new, runs the command of one, and logs in with the other one's credentials, by kubectl; then links one.
 */
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {startVault} from '../examples/plugin-vault-source/test/vault-server.js'
import {isKubectlPresent, runKubectl} from '../test/local-cloud/kubectl.ts'
import {writeKubeconfig} from '../test/local-cloud/kubeconfig.ts'
import {ALICE, CLUSTER_ID, startClusterWorld} from '../test/support/cluster-world.ts'
import {runProcess} from '../test/support/run-process.ts'

interface Trial {
  readonly node: string
  readonly launcher: string
  /** A directory that is empty. */
  readonly home: string
  /** Of plugin-hello and plugin-vault-source. */
  readonly tarballs: readonly string[]
  /** What npm is configured with by variables: the home directory is a new one. */
  readonly npmEnv: Readonly<Record<string, string>>
}

const VAULT_TOKEN = 'hvs.SECRET-of-alice'

/** @throws Error for whatever does not work */
export const tryPlugins = async ({node, launcher, home, tarballs, npmEnv}: Trial): Promise<void> => {
  const env = {HOME: home, USERPROFILE: home, PATH: process.env['PATH'] ?? '', VAULT_TOKEN, ...npmEnv}
  const run = async (...args: string[]): Promise<string> => {
    const {exitCode, stdout, stderr} = await runProcess([node, launcher, ...args], env)
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: exit code ${String(exitCode)}: ${stdout}${stderr}`)
    return stdout
  }
  for (const tarball of tarballs) await run('plugins', 'install', tarball)
  expectText(await run('plugins'), 'ack-ram-tool-plugin-hello 1.0.0', 'ack-ram-tool-plugin-vault-source 1.0.0')
  expectText(await run('hello', 'Kubernetes', '--language', 'french'), 'Bonjour, Kubernetes!')

  const {accessKeyId, accessKeySecret} = ALICE
  const credentials = {access_key: accessKeyId, secret_key: accessKeySecret, expiration: '2099-01-01T00:00:00Z'}
  const vault = await startVault({token: VAULT_TOKEN, role: 'kubernetes', credentials})
  const world = await startClusterWorld()
  try {
    await writeProfile(home, vault.address)
    const exec = {
      command: node,
      args: [launcher, 'credential-plugin', 'get-token', '--cluster-id', CLUSTER_ID],
      apiVersion: 'v1',
    } as const
    const kubeconfig = await writeKubeconfig({dir: home, server: world.api.url, caPem: world.api.caPem, exec})
    if (!isKubectlPresent()) throw new Error('kubectl is not in PATH')
    for (const what of ['from Vault', 'kept']) {
      const {stdout, stderr} = await runKubectl(['auth', 'whoami', '-o', 'json'], {kubeconfig, home, env})
      if (!stdout.includes(ALICE.arn)) throw new Error(`kubectl, with credentials ${what}: ${stdout}${stderr}`)
    }
    if (vault.calls() !== 1) throw new Error(`Vault was asked ${vault.calls()} times`)
  } finally {
    await world.close()
    await vault.close()
  }
  await run('plugins', 'uninstall', 'ack-ram-tool-plugin-hello')
  expectText(await run('plugins'), 'ack-ram-tool-plugin-vault-source')
  await run('plugins', 'link', fileURLToPath(new URL('../examples/plugin-hello', import.meta.url)))
  expectText(await run('hello'), 'Hello, world!')
}

const writeProfile = async (home: string, address: string): Promise<void> => {
  const profile = {name: 'production', mode: 'Vault', vault_address: address, vault_role: 'kubernetes'}
  await mkdir(join(home, '.aliyun'))
  await writeFile(join(home, '.aliyun/config.json'), JSON.stringify({current: profile.name, profiles: [profile]}))
}

const expectText = (text: string, ...parts: readonly string[]): void => {
  for (const part of parts) if (!text.includes(part)) throw new Error(`${JSON.stringify(part)} is not in: ${text}`)
}
