/**
 * `npm run cloud`: the services that the tool talks to, on this machine, with made-up users, roles and clusters, and a
 * home directory whose profiles log in to them in every way. It runs until Ctrl-C, and removes all it has written.
 *
 * `npm run cloud -- bash` runs a shell, or any other command, that sees this home and these services alone, and ends
 * with it. `--installed` before it keeps the ack-ram-tool of PATH; otherwise the build of this clone comes first.
 */
import {spawn} from 'node:child_process'
import {chmod} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {ALICE, CLUSTERS, GONE_ID, PRODUCTION, roleArn, startLocalCloud} from './cloud.ts'

/** Credentials and options of the caller come before every file, and are not for these services. */
const FORGET = [
  'unset KUBECONFIG KUBECACHEDIR XDG_DATA_HOME ACCESS_KEY_ID ACCESS_KEY_SECRET SECURITY_TOKEN',
  String.raw`$(env | sed -n 's/^\(\(ALIBABA_\{0,1\}CLOUD\|ALICLOUD\|ACK_RAM_TOOL\)_[A-Z0-9_]*\)=.*/\1/p')`,
].join(' ')

const launcher = fileURLToPath(new URL('../../bin/run.cjs', import.meta.url))

const given = process.argv.slice(2)
const isInstalled = given[0] === '--installed'
const [program, ...programArgs] = isInstalled ? given.slice(1) : given

const {home, profiles, environment, write, close} = await startLocalCloud()
await write('bin/ack-ram-tool', `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`, 0o700)
await chmod(join(home, 'bin/ack-ram-tool'), 0o700)
const exports = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`)
if (!isInstalled) exports.unshift(`export PATH='${join(home, 'bin')}':"$PATH"`)
const envFile = await write('env.sh', `${FORGET}\n${exports.join('\n')}\n`)

const explain = (): void =>
  console.log(`The cloud is up, for as long as this runs. Ctrl-C ends it, and removes ${home}.

Clusters:  ${CLUSTERS.map(({id, name}) => `${id} (${name})`).join('\n           ')}
Profiles:  ${profiles.map(([name, mode]) => `${name} (${mode})`).join(', ')}
Role:      ${roleArn('admin')}

In another shell, which then sees this home directory and these services alone:

  . ${envFile}

  ack-ram-tool credential-plugin get-token --cluster-id ${PRODUCTION.id}
  ack-ram-tool credential-plugin get-token -c ${PRODUCTION.id} --profile-name sso --token-only
  ack-ram-tool credential-plugin get-token -c ${PRODUCTION.id} --role-arn ${roleArn('admin')}
  ack-ram-tool credential-plugin get-credential -c ${PRODUCTION.id}
  ack-ram-tool list-clusters
  ack-ram-tool get-kubeconfig -c ${PRODUCTION.id}
  ack-ram-tool update-kubeconfig -c ${PRODUCTION.id} --diff
  ack-ram-tool update-kubeconfig --all
  kubectl get namespaces
  kubectl auth whoami
  ack-ram-tool update-kubeconfig --undo
  ack-ram-tool rrsa enable -c ${PRODUCTION.id}
  ack-ram-tool rrsa install-helper-addon -c ${PRODUCTION.id}
  ack-ram-tool rrsa associate-role -c ${PRODUCTION.id} -r oss-reader -n demo -s reader \\
    --create-role-if-not-exist --attach-system-policy AliyunOSSReadOnlyAccess --annotate-service-account --label-namespace
  ack-ram-tool rrsa verify -c ${PRODUCTION.id} -n demo -s reader
  ack-ram-tool rbac scan-user-permissions -c all
  ack-ram-tool rbac cleanup-user-permissions -c ${PRODUCTION.id} -u ${GONE_ID}`)

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
if (program === undefined) {
  explain()
  // Also what keeps it alive, should all services ever be idle.
  await new Promise<void>((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve())
  })
} else {
  console.log(`The cloud is up until this ${program} ends. You are ${ALICE.arn}.`)
  // A signal is for the command, whose end is awaited.
  for (const signal of SIGNALS) process.on(signal, () => undefined)
  const child = spawn('sh', ['-c', '. "$0" && exec "$@"', envFile, program, ...programArgs], {stdio: 'inherit'})
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
await close()
