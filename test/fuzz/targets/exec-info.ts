import {parseExecInfo} from '../../../src/lib/exec/exec-info.ts'
import {mustEqual, textTarget} from '../fuzz-target.ts'
import {list, membersOf, mostly, object, readJson, values, wrapped} from '../json-texts.ts'

const GROUP = 'client.authentication.k8s.io/'

const CONFIG = object({
  clusterId: mostly(values('c1', 'c2')),
  regionId: mostly(values('cn-hangzhou')),
  roleArn: mostly(list(values('acs:ram::1:role/a', 'acs:ram::1:role/b'))),
  apiToken: values('SECRET-of-another-plugin'),
})
const CLUSTER = object({server: mostly(values('https://127.0.0.1')), config: mostly(CONFIG)})
const SPEC = object({interactive: mostly(values(true, false)), cluster: mostly(CLUSTER)})
const INFO = object({
  kind: mostly(values('ExecCredential')),
  apiVersion: mostly(values(`${GROUP}v1`, `${GROUP}v1beta1`)),
  spec: mostly(SPEC),
})

/** `KUBERNETES_EXEC_INFO`, against the API's description. */
export const execInfo = textTarget({
  name: 'exec-info',
  structured: wrapped(INFO),
  seeds: [
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":true,"cluster":{"server":"https://192.0.2.1:6443","config":{"clusterId":"c1","regionId":"cn-hangzhou","roleArn":["acs:ram::1:role/a"],"token":"SECRET-1"}}}}',
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{}}',
  ],
  run: (text) => {
    const info = parseExecInfo(text)
    if (!info) return mustEqual(text.trim(), '', 'an absent text')
    const {apiVersion, spec} = membersOf(readJson(text))
    const {interactive, cluster} = membersOf(spec)
    const config = membersOf(membersOf(cluster)['config'])
    const {clusterId, regionId, roleArn} = config
    const texts = Array.isArray(roleArn) || typeof roleArn === 'string' ? {'role-arn': roleArn} : {}
    mustEqual(
      info,
      {
        apiVersion: String(apiVersion).slice(GROUP.length),
        interactive: interactive === true,
        clusterOptions: {
          ...(typeof clusterId === 'string' ? {'cluster-id': clusterId} : {}),
          ...(typeof regionId === 'string' ? {'region-id': regionId} : {}),
          ...texts,
        },
      },
      'exec info',
    )
  },
})
