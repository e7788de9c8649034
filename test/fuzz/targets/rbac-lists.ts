import {Secret} from '../../../src/lib/base/secret.ts'
import {csvPermission, permissionRecord, permissionTable} from '../../../src/lib/cli/format-permissions.ts'
import type {KubeconfigState} from '../../../src/lib/container-service/user-permissions.ts'
import {findBindings, findGrants} from '../../../src/lib/rbac/bindings.ts'
import {letsIn} from '../../../src/lib/use-cases/rbac/back-up-bindings.ts'
import {byAccount, joinPermissions} from '../../../src/lib/rbac/permissions.ts'
import {requestToken} from '../../../src/lib/api-server/service-accounts.ts'
import {must, mustEqual} from '../fuzz-target.ts'
import {list, membersOf, mostly, object, values} from '../json-texts.ts'
import {mustBePrintable} from '../steering.ts'
import {serviceTarget, type ServiceScene} from '../service-target.ts'

const GROUP = 'rbac.authorization.k8s.io'
const NAMES = values('one', 'two', 'a:b', '\u001B[31mred', 'a\nb', '\u202Ename', '=1+1')
const SUBJECT = object({
  kind: mostly(values('User', 'User', 'User', 'Group', 'ServiceAccount'), 30),
  apiGroup: mostly(values(GROUP, GROUP, ''), 30),
  name: mostly(values('20000000000000000001', '20000000000000000001-1700000000', '3', 'system:admin', '0'), 30),
})
const BINDING = object({
  metadata: mostly(object({name: mostly(NAMES), namespace: mostly(values('default', ''))})),
  roleRef: mostly(object({kind: mostly(values('ClusterRole')), name: mostly(NAMES)})),
  subjects: mostly(list(mostly(SUBJECT))),
})
const LIST = object({
  kind: values('List'),
  items: mostly(list(mostly(BINDING, 30), 4), 30),
  metadata: mostly(object({continue: mostly(values('', '', 'next'))})),
})
const SEED = `{"kind":"ClusterRoleBindingList","items":[{"metadata":{"name":"one"},"roleRef":{"kind":"ClusterRole","name":"cs:admin"},"subjects":[{"kind":"User","apiGroup":"${GROUP}","name":"20000000000000000001-1700000000"}]}],"metadata":{"continue":""}}`

const apiOf = ({context}: ServiceScene): Parameters<typeof findGrants>[1] => ({
  clusterId: 'c1',
  server: 'https://192.0.2.1:6443',
  tls: {ca: '', certificate: '', privateKey: new Secret('SECRET-private-key')},
  context,
})

const TYPES = ['RamUser', 'constructor', '__proto__', '']
const STATES: readonly KubeconfigState[] = TYPES.map((accountType, index) => ({
  accountId: String(index + 2),
  accountName: 'a\u001B[31m',
  accountType,
  accountState: index === 0 ? 'Deleted' : 'constructor',
  certificateState: 'Unexpired',
  expiresAt: 'toString',
}))
const TABLE = {caller: {accountId: '1'} as never, byId: new Map([['2', {type: 'RamUser' as const, name: 'two'}]])}

const grants = async (given: ServiceScene): Promise<void> => {
  const {found, failures} = await findGrants(() => true, apiOf(given))
  const subjects = new Set(given.bodies.flatMap(subjectsIn))
  for (const {subject, userId} of found) {
    must(subjects.has(subject), 'a subject that no list has')
    mustEqual(userId, /^[1-9]\d*/.exec(subject)?.[0], 'the ID of an account')
  }
  given.scene.shown.push(...failures.map(({message}) => message))
  must(!failures.some(({message}) => /[\r\n]/.test(message)), 'a foreign text makes lines of its own')
  const permissions = joinPermissions(found, byAccount(STATES), {of: 'everybody'}, TABLE)
  for (const {account} of permissions)
    must(typeof account.type === 'string' && typeof account.state === 'string', 'an account without a type')
  mustBePrintable(
    permissionTable({permissions, seen: {bindings: true, certificates: true}}, {isWide: true, isColoured: false}),
  )
  for (const permission of permissions) {
    mustBePrintable(csvPermission({id: 'c1', name: 'c'} as never, permission))
    permissionRecord({id: 'c1', name: 'c'} as never, permission)
  }
}

/** What an independent reading finds: users of the RBAC group whose name is a number, perhaps with a time. */
const subjectsIn = (body: unknown): readonly unknown[] => {
  const {items} = membersOf(body)
  const subjects = (Array.isArray(items) ? (items as readonly unknown[]) : []).flatMap(
    (item) => membersOf(item)['subjects'] ?? [],
  )
  return subjects.flatMap((subject) => {
    const {kind, apiGroup, name} = membersOf(subject)
    return kind === 'User' && apiGroup === GROUP && /^[1-9]\d{0,63}(-\d+)?$/.test(String(name)) ? [name] : []
  })
}

/** Lists of RBAC bindings from an API server, and a token that it issues. */
export const rbacLists = serviceTarget('rbac-lists', [
  {body: LIST, seeds: [[SEED, SEED]], run: grants},
  {
    body: LIST,
    seeds: [[SEED, SEED]],
    run: async (given) => {
      const {found} = await findBindings(letsIn(new Set(['20000000000000000001'])), apiOf(given))
      must(
        found.every((binding) => subjectsIn({items: [binding]}).length > 0),
        'a binding of nobody',
      )
    },
  },
  {
    body: object({status: mostly(object({token: mostly(values('SECRET-service-account'))}))}),
    seeds: [['{"kind":"TokenRequest","status":{"token":"SECRET-service-account"}}']],
    run: async (given) => {
      const issued = await requestToken({namespace: 'default', name: 'a', audience: 'x', seconds: 600}, apiOf(given))
      mustEqual(issued.reveal(), membersOf(membersOf(given.bodies[0])['status'])['token'], 'the token')
    },
  },
])
