import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld} from './cluster-world.ts'
import type {TestHome} from './home.ts'
import {runCliProcess} from './run-cli.ts'

/**
 * Keeps a session of Alice's role and a certificate of hers in the cache of a home directory.
 *
 * @returns the environment for which they are kept; its services have ended, so that only the cache can answer
 */
export const keepCredentials = async (home: TestHome): Promise<Readonly<Record<string, string>>> => {
  const world = await startClusterWorld()
  const env = {...envOf(ALICE), ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint, CS_ENDPOINT: world.cs.endpoint}
  const commands = [
    ['get-token', '-c', CLUSTER_ID, '--role-arn', ROLE],
    ['get-credential', '-c', CLUSTER_ID],
  ]
  for (const command of commands) {
    const {exitCode, stderr} = await runCliProcess(['credential-plugin', ...command], {home: home.dir, env})
    if (exitCode !== 0) throw new Error(stderr)
  }
  await world.close()
  return env
}
