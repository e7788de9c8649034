import {findAddon, installAddon} from '../../../src/lib/container-service/addons.ts'
import {checkCertificate} from '../../../src/lib/container-service/client-certificate.ts'
import {listClusters, listClustersOfRegion} from '../../../src/lib/container-service/clusters.ts'
import {describeTask, newestRrsaFailure} from '../../../src/lib/container-service/tasks.ts'
import {describeUserKubeconfig} from '../../../src/lib/container-service/user-kubeconfig.ts'
import {describeActivity, listKubeconfigStates} from '../../../src/lib/container-service/user-permissions.ts'
import {formatClusters} from '../../../src/lib/cli/format-clusters.ts'
import {must, mustEqual} from '../fuzz-target.ts'
import {list, membersOf, mostly, object, quoted, values} from '../json-texts.ts'
import {readYamlTexts} from '../read-yaml-texts.ts'
import {mustBePrintable} from '../steering.ts'
import {firstOf, serviceTarget, textOf, type ServiceScene} from '../service-target.ts'
import {CERTIFICATE, PRIVATE_KEY} from './certificate.ts'

const FOREIGN = values('a name', '\u001B[31mred', 'a\nb', '\u202Ename', '中文', '')
const CLUSTERS = object({
  clusters: mostly(
    list(
      mostly(
        object({
          cluster_id: mostly(values('c1', 'c2', 'c3'), 30),
          name: mostly(FOREIGN),
          region_id: mostly(values('cn-hangzhou')),
          state: mostly(values('running')),
          cluster_type: values('ManagedKubernetes', 'aliyun'),
          master_url: mostly(
            quoted(
              object({
                api_server_endpoint: mostly(values('https://192.0.2.1:6443')),
                intranet_api_server_endpoint: mostly(FOREIGN),
              }),
            ),
          ),
        }),
        30,
      ),
    ),
  ),
  page_info: mostly(object({total_count: mostly(values(0, 1, 3))})),
})
const STATES = object({
  states: mostly(
    list(
      mostly(
        object({
          account_id: mostly(values('1', '20000000000000000001'), 30),
          account_name: mostly(FOREIGN),
          account_type: mostly(values('RamUser', 'RamRole')),
          account_state: mostly(values('Active', 'Deleted')),
          cert_state: mostly(values('Unexpired', 'Expired', 'Removed')),
          cert_expire_time: mostly(values('2026-01-02T04:04:05+08:00')),
        }),
        30,
      ),
    ),
  ),
  page: mostly(object({total_count: mostly(values(0, 1, 3))})),
})
const TASK = object({
  state: mostly(values('success', 'running', 'failed', 'Fail\u001B[31m')),
  current_stage: mostly(FOREIGN),
  error: mostly(object({code: mostly(values('E')), message: mostly(FOREIGN)})),
  task_id: mostly(values('T-1', 'a/b')),
})
const ADDONS = object({
  'ack-pod-identity-webhook': mostly(
    object({version: mostly(values('0.1')), next_version: mostly(values('0.1', '0.2')), state: mostly(FOREIGN)}),
  ),
})
const ACTIVITY = object({
  active: mostly(values(true, false)),
  last_activity: mostly(FOREIGN),
  last_audit_id: mostly(FOREIGN),
  log_project_name: mostly(FOREIGN),
})
const LOGS = list(mostly(object({cluster_log: mostly(values('Failed to enable RRSA \u001B[31m', 'ok'))})), 5)

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: https://192.0.2.1:6443
    certificate-authority-data: ${base64(CERTIFICATE)}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: "20000000000000000001"
  name: 20000000000000000001-c1
current-context: 20000000000000000001-c1
users:
- name: "20000000000000000001"
  user:
    client-certificate-data: ${base64(CERTIFICATE)}
    client-key-data: ${base64(PRIVATE_KEY)}
`
const USER_CONFIG = object({
  config: mostly(
    values(
      KUBECONFIG,
      KUBECONFIG.replaceAll('\n', '\r\n'),
      KUBECONFIG.replace('https', 'http'),
      KUBECONFIG.replace('kubernetes', '"\u001B[31m"'),
    ),
    30,
  ),
  expiration: mostly(values('2026-01-02T04:04:05Z', 'soon')),
})

const userKubeconfig = async (given: ServiceScene): Promise<void> => {
  const {context, caller, scene} = given
  const request = {clusterId: 'c1', expirationMinutes: 60, privateAddress: true} as const
  const entry = await describeUserKubeconfig(request, caller, context)
  must(!Number.isNaN(entry.expiration?.getTime() ?? 0), 'an expiration that is no time')
  const checked = checkCertificate(entry.certificatePem, entry.privateKeyPem.reveal(), entry.expiration)
  if (!('fault' in checked)) checked.expiresAt.toISOString()
  scene.shown.push(JSON.stringify(entry))
  const theirs = membersOf(readYamlTexts(textOf(firstOf(given)['config'])))
  const [cluster] = (theirs['clusters'] as readonly unknown[]) ?? []
  if (cluster !== undefined)
    mustEqual(
      [entry.clusterName, entry.server],
      [membersOf(cluster)['name'], membersOf(membersOf(cluster)['cluster'])['server']],
      'the cluster',
    )
}

const idsIn = (bodies: readonly unknown[], name: string, id: string): ReadonlySet<unknown> =>
  new Set(
    bodies.flatMap((body) => {
      const items = membersOf(body)[name]
      return Array.isArray(items) ? items.map((item) => membersOf(item)[id]) : []
    }),
  )

const clusters = async ({context, caller, bodies}: ServiceScene): Promise<void> => {
  const {clusters: found} = await listClusters(caller, context)
  const ids = idsIn(bodies, 'clusters', 'cluster_id')
  must(
    found.every(({id}) => ids.has(id)),
    'a cluster that was not listed',
  )
  for (const format of ['table', 'json', 'yaml'] as const) mustBePrintable(await formatClusters(found, format))
}

const states = async ({context, caller, bodies}: ServiceScene): Promise<void> => {
  const found = await listKubeconfigStates({clusterId: 'c1', caller, context})
  const ids = idsIn(bodies, 'states', 'account_id')
  must(
    found.every(({accountId}) => ids.has(accountId)),
    'an account that was not listed',
  )
}

/** The Container Service: clusters, kubeconfigs, states, activities, tasks, add-ons, logs. */
export const containerService = serviceTarget('container-service', [
  {
    body: USER_CONFIG,
    seeds: [[JSON.stringify({config: KUBECONFIG, expiration: '2026-01-02T04:04:05Z'})]],
    run: userKubeconfig,
  },
  {
    body: CLUSTERS,
    seeds: [
      [
        '{"clusters":[{"cluster_id":"c1","name":"one","region_id":"cn-hangzhou","state":"running","master_url":"{\\"api_server_endpoint\\":\\"https://192.0.2.1:6443\\"}"}],"page_info":{"total_count":1}}',
      ],
    ],
    run: clusters,
  },
  {
    body: CLUSTERS,
    seeds: [['{"clusters":[{"cluster_id":"c1","name":"one"}]}', '{"clusters":[]}']],
    run: async ({context, caller}) => void (await listClustersOfRegion('cn-hangzhou', caller, context)),
  },
  {
    body: STATES,
    seeds: [
      [
        '{"states":[{"account_id":"1","account_name":"a","account_type":"RamUser","account_state":"Active","cert_state":"Unexpired","cert_expire_time":"2026"}],"page":{"total_count":1}}',
      ],
    ],
    run: states,
  },
  {
    body: TASK,
    seeds: [['{"task_id":"T-1","state":"running","current_stage":"a","error":{"code":"E","message":"m"}}']],
    run: async ({context, caller, scene}) => {
      const task = await describeTask('T-1', caller, context)
      mustBePrintable(JSON.stringify([task.state, task.stage, task.reason]))
      scene.shown.push(JSON.stringify(task))
    },
  },
  {
    body: ADDONS,
    seeds: [['{"ack-pod-identity-webhook":{"version":"0.1","next_version":"0.2","state":"active"}}']],
    run: async ({context, caller, scene}) =>
      void scene.shown.push(
        JSON.stringify((await findAddon('ack-pod-identity-webhook', {clusterId: 'c1', caller, context})) ?? {}),
      ),
  },
  {
    body: TASK,
    seeds: [['{"task_id":"T-1"}']],
    run: async ({context, caller}) =>
      void (await installAddon({name: 'a', version: '1', config: ''}, {clusterId: 'c1', caller, context})),
  },
  {
    body: ACTIVITY,
    seeds: [['{"active":true,"last_activity":"2026","last_audit_id":"x","log_project_name":"p","log_store_name":"s"}']],
    run: async ({context, caller}) => void (await describeActivity({clusterId: 'c1', userId: '1', caller, context})),
  },
  {
    body: LOGS,
    seeds: [['[{"cluster_log":"Failed to enable RRSA"},{"cluster_log":"ok"}]']],
    run: async ({context, caller}) => mustBePrintable(await newestRrsaFailure('c1', caller, context)),
  },
])
