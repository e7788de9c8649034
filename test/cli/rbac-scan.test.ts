import {expect} from 'chai'

import {good} from '../support/good.ts'
import type {CliResult} from '../support/run-cli.ts'
import {
  ALICE_ID,
  CALLER_ID,
  GONE_ID,
  RBAC,
  ROLE_ID,
  ROOT_ID,
  startRbacWorld,
  user,
  type RbacWorld,
} from '../support/rbac-world.ts'

const BINDINGS = `GET /apis/${RBAC}/v1/rolebindings`

describe('rbac scan-user-permissions', () => {
  let world: RbacWorld

  beforeEach(async () => {
    world = await startRbacWorld()
  })
  afterEach(() => world.close())

  const scan = (...args: readonly string[]): Promise<CliResult> => world.run('scan-user-permissions', ...args)
  const rows = async (...args: readonly string[]): Promise<readonly Row[]> =>
    (JSON.parse((await good(scan(...args, '-o', 'json'))).stdout) as {permissions: readonly Row[]}).permissions

  it('shows the table of the Go tool, with the certificate behind it', async () => {
    world.c1.bindCluster(`${GONE_ID}-clusterrolebinding`, user(`${GONE_ID}-1676970192`))
    world.c1.bindCluster('of-alice', user(ALICE_ID))
    world.c1.issue(GONE_ID, {account_state: 'Deleted'})
    const {stdout, stderr} = await good(scan('-c', 'c1'))
    expect(stdout).to.equal(
      [
        'UID                               UserType  UserName  Binding                                                         Certificate',
        `${GONE_ID} (deleted)  RamUser             ClusterRoleBinding/-/${GONE_ID}-clusterrolebinding  Unexpired (2029-01-02T03:04:05Z)`,
        '',
      ].join('\n'),
    )
    expect(stderr).to.contain('pass --all-users')
    const all = (await good(scan('-c', 'c1', '-A'))).stdout
    expect(all).to.match(/\(deleted\).*\n200000000000000002 +RamUser +alice +ClusterRoleBinding\/-\/of-alice +None\n/)
  })

  it('takes nobody for an outsider where RAM does not list anybody', async () => {
    world.c1.bindCluster('b', user(CALLER_ID))
    for (const answer of [{}, {Users: {}}]) {
      world.ram.failNext(1, {answer}, 'ListUsers')
      const {exitCode, stdout, stderr} = await scan('-c', 'c1')
      expect({exitCode, stdout}, stderr).to.deep.equal({exitCode: 6, stdout: ''})
      expect(stderr).to.contain('invalid response to ListUsers from RAM')
    }
  })

  it('shows exactly the columns of the Go tool where certificates cannot be read, and says so', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    world.cs.failNext(1, {status: 403, code: 'StatusForbidden'}, 'ListClusterKubeconfigStates')
    const {stdout, stderr} = await good(scan('-c', 'c1'))
    expect(stdout).to.equal(
      [
        'UID                                           UserType  UserName  Binding',
        `${GONE_ID} (not in this account)  RamUser             ClusterRoleBinding/-/b`,
        '',
      ].join('\n'),
    )
    expect(stderr).to.match(
      /could not see certificates, and which accounts are deleted: .*cs:ListClusterKubeconfigStates on/,
    )
  })

  it('takes only users of the RBAC group for accounts, whatever else has a number for a name', async () => {
    world.c1.bindCluster('a', {kind: 'ServiceAccount', name: '2001', namespace: 'default'})
    world.c1.bindCluster('b', {kind: 'Group', apiGroup: RBAC, name: '2002'})
    world.c1.bindCluster('c', {kind: 'User', apiGroup: '', name: '2003'})
    world.c1.bindCluster('d', {kind: 'User', name: '2004'})
    for (const name of [
      '0',
      '00',
      '0-1',
      '2005-',
      '-2005',
      '2005-x',
      'x2005',
      '2005 ',
      '02005',
      '2005-1-2',
      '２００５',
    ])
      world.c1.bindCluster(`e${name}`, user(name))
    world.c1.bind('ns1', 'f', user('2006'), user('2007-1'), {kind: 'ServiceAccount', name: '2008', namespace: 'ns1'})
    expect((await rows('-c', 'c1', '-A')).map(({userId}) => userId)).to.deep.equal(['2006', '2007'])
  })

  it('keeps IDs of 22 digits as they are, apart from their neighbours', async () => {
    const other = `${GONE_ID.slice(0, -1)}2`
    world.c1.bindCluster('one', user(GONE_ID))
    world.c1.bindCluster('two', user(`${other}-9`))
    expect(await rows('-c', 'c1', '-u', other))
      .to.have.length(1)
      .and.to.have.nested.property('0.subject', `${other}-9`)
    expect((await rows('-c', 'c1')).map(({userId}) => userId)).to.deep.equal([GONE_ID, other])
  })

  it('says deleted only where the Container Service does', async () => {
    for (const id of ['2101', '2102', '2103', '9104', '3105', '5106']) world.c1.bindCluster(`of-${id}`, user(id))
    world.c1.bindCluster('of-alice', user(ALICE_ID))
    world.c1.issue('2101', {account_state: 'Deleted'})
    world.c1.issue('2102', {account_name: 'partner'})
    world.c1.issue(ALICE_ID, {account_state: 'Deleted'})
    const found = await rows('-c', 'c1', '-A')
    expect(
      found.map(({userId, userType, accountState, deleted}) => [userId, userType, accountState, deleted]),
    ).to.deep.equal([
      ['2101', 'RamUser', 'deleted', true],
      ['2102', 'RamUser', 'other account', false],
      ['2103', 'RamUser', 'not in this account', null],
      ['3105', 'RamRole', 'not in this account', null],
      ['5106', 'Root', 'not in this account', null],
      ['9104', 'unknown', 'unknown', null],
      [ALICE_ID, 'RamUser', 'active', false],
    ])
    const {stdout} = await good(scan('-c', 'c1'))
    expect(stdout.match(/\(deleted\)/g)).to.have.length(1)
    expect(stdout).to.contain('9104 (unknown)').and.not.contain(ALICE_ID)
  })

  it('puts who holds a certificate and who has rights into one list', async () => {
    world.c1.bind('ns1', 'of-alice', user(ALICE_ID))
    world.c1.issue(ALICE_ID, {account_name: 'alice', cert_state: 'Expired'})
    world.c1.issue('2201', {account_state: 'Deleted', account_name: 'ex'})
    world.c1.issue('2202', {account_state: 'Deleted', cert_state: 'Removed'})
    world.c1.issue(ROLE_ID, {account_type: 'RamRole'})
    const found = await rows('-c', 'c1', '-A')
    expect(
      found.map(({userId, userName, binding, certificate}) => [userId, userName, binding?.name, certificate?.state]),
    ).to.deep.equal([
      ['2201', 'ex', undefined, 'Unexpired'],
      [ALICE_ID, 'alice', 'of-alice', 'Expired'],
      [ROLE_ID, 'admin', undefined, 'Unexpired'],
    ])
    expect((await good(scan('-c', 'c1'))).stdout).to.match(/2201 \(deleted\) +RamUser +ex +none +Unexpired/)
  })

  it('gives the role as wide, CSV, JSON and YAML', async () => {
    world.c1.bind('ns1', 'a,"b"', user('2301-5'))
    world.c1.bindCluster('=HYPERLINK(1)', user('2301'))
    expect((await good(scan('-c', 'c1', '-o', 'wide'))).stdout).to.match(
      /Role +Subject\n.*ClusterRole\/cs:admin +2301\n.*ClusterRole\/cs:ns:dev +2301-5\n/,
    )
    const csv = (await good(scan('-c', 'c1', '-o', 'csv'))).stdout.split('\n')
    expect(csv[0]).to.match(/^cluster_id,cluster_name,user_id,user_type,/)
    expect(csv[1]).to.equal(
      `c1,,2301,RamUser,,not in this account,,ClusterRoleBinding,,'=HYPERLINK(1),ClusterRole,cs:admin,2301,None,`,
    )
    expect(csv[2]).to.contain(',RoleBinding,ns1,"a,""b""",ClusterRole,cs:ns:dev,2301-5,')
    expect((await rows('-c', 'c1'))[1]).to.deep.include({
      roleRef: {kind: 'ClusterRole', name: 'cs:ns:dev'},
      binding: {kind: 'RoleBinding', namespace: 'ns1', name: 'a,"b"'},
    })
    const yaml = (await good(scan('-c', 'c1', '-o', 'yaml'))).stdout
    expect(yaml)
      .to.match(/^permissions:\n- clusterId: c1\n/)
      .and.match(/^ {2}userId: "2301"$/m)
      .and.match(/^clusters:\n- clusterId: c1$/m)
    world.c1.store.lists.clear()
    expect((await good(scan('-c', 'c1', '-o', 'yaml'))).stdout).to.match(/^permissions: \[\]\n/)
    expect(await rows('-c', 'c1')).to.deep.equal([])
  })

  it('shows nothing that would steer the terminal', async () => {
    world.c1.bindCluster('x\u001B[2Jy', user('2401'))
    expect((await good(scan('-c', 'c1'))).stdout).to.contain('ClusterRoleBinding/-/x [2Jy')
  })

  it('keeps what steers a terminal, a spreadsheet or a line-wise reader out of data, too', async () => {
    const name = 'x\nc1,,2402\u001B[2J\u009B31m\u202E\u{E0001}\u2028'
    world.c1.bindCluster(name, user('2401'))
    world.c1.bindCluster('\n=HYPERLINK(1)', user('2402'))
    world.c1.bindCluster('＝HYPERLINK(2);=3', user('2403'))
    const csv = (await good(scan('-c', 'c1', '-o', 'csv'))).stdout
    expect(
      csv
        .split('\n')
        .slice(1)
        .map((line) => line.slice(0, 8)),
    ).to.deep.equal(['c1,,2401', 'c1,,2402', 'c1,,2403', ''])
    expect(csv).to.contain(`,"x c1,,2402 [2J 31m ",`).and.contain(`,' =HYPERLINK(1),`)
    expect(csv).to.contain(`,"'＝HYPERLINK(2);=3",`)
    const json = (await good(scan('-c', 'c1', '-o', 'json'))).stdout
    expect(json).to.not.match(/(?!\n)[\p{Cc}\p{Cf}\u2028]/u)
    expect(JSON.parse(json)).to.have.nested.property('permissions[0].binding.name', name)
  })

  it('takes -u 0 for no limit, and refuses what is no ID before any call', async () => {
    world.c1.bindCluster('of-alice', user(ALICE_ID))
    expect((await good(scan('-u', '0', '-A', '-c', 'c1'))).stdout).to.contain(ALICE_ID)
    const {requests} = world.cs
    const before = requests.length
    for (const wrong of ['abc', '-1', '0x10', '1.5', '007'])
      expect((await scan('-c', `c${'1'.repeat(32)}`, `--user-id=${wrong}`)).exitCode, wrong).to.equal(2)
    expect((await scan('-c', '../x')).exitCode).to.equal(2)
    expect((await scan('-c', 'all', '-c', 'c1')).exitCode).to.equal(2)
    expect(requests).to.have.length(before)
  })

  it('works in an account without any user or role but the caller', async () => {
    world.ramState.users.splice(0)
    world.ramState.roles.clear()
    world.c1.bindCluster('of-root', user(ROOT_ID))
    expect((await rows('-c', 'c1', '-A'))[0]).to.include({userId: ROOT_ID, userType: 'Root', accountState: 'active'})
  })

  it('reads every page of users, roles, kubeconfigs and bindings', async () => {
    world.ramState.pageSize = 2
    for (let number = 1; number <= 5; number += 1) {
      world.ramState.users.push({id: `25${number}`, name: `u${number}`})
      world.c1.issue(`35${number}`, {account_type: 'RamRole', account_state: 'Deleted'})
    }
    for (let number = 1; number <= 120; number += 1) world.c1.issue(`26${number}`, {account_state: 'Deleted'})
    for (let number = 1; number <= 600; number += 1) {
      world.c1.bindCluster(`b${number}`, user(`25${(number % 5) + 1}`))
      world.c1.bind('ns1', `b${number}`, user(`25${(number % 5) + 1}`))
    }
    const found = await rows('-c', 'c1', '-A')
    expect(found).to.have.length(1325)
    expect(found.filter(({accountState}) => accountState === 'active')).to.have.length(1200)
    expect(world.ram.requests.filter(({action}) => action === 'ListUsers')).to.have.length(4)
    expect(world.c1.api.requests.filter(({path}) => path.endsWith('/rolebindings'))).to.have.length(3)
  })

  it('starts a list over that has expired on the way, and forgets what is gone meanwhile', async () => {
    for (let number = 1; number <= 300; number += 1) world.c1.bind('ns1', `b${number}`, user(`27${number}`))
    world.c1.api.failNext(1, {delayMs: 0}, BINDINGS)
    world.c1.api.failNext(1, {status: 410, code: 'Expired'}, BINDINGS)
    expect(await rows('-c', 'c1')).to.have.length(300)
    world.c1.api.failNext(1, {delayMs: 0}, BINDINGS)
    world.c1.api.failNext(1, {status: 410, code: 'Expired'}, BINDINGS)
    world.c1.api.failNext(1, {delayMs: 0}, BINDINGS)
    world.c1.api.failNext(1, {status: 410, code: 'Expired'}, BINDINGS)
    const {exitCode, stderr} = await scan('-c', 'c1')
    expect(exitCode, stderr).to.equal(4)
  })

  it('shows what it can where one list is refused, says which, and fails', async () => {
    world.c1.bindCluster('a', user(GONE_ID))
    world.c1.bind('ns1', 'b', user(GONE_ID))
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'}, BINDINGS)
    const {stdout, stderr, exitCode} = await scan('-c', 'c1')
    expect(exitCode).to.equal(4)
    expect(stdout).to.contain('ClusterRoleBinding/-/a').and.not.contain('RoleBinding/ns1/b')
    expect(stderr).to.match(/could not see bindings: .*rolebindings: HTTP 403/)
    expect(stderr).to.contain('the scan is not complete: cluster c1').and.contain('cluster-admin')
  })

  it('names the RAM permission that is missing', async () => {
    for (const action of ['ListUsers', 'ListRoles']) {
      world.ram.failNext(1, {status: 403, code: 'NoPermission'}, action)
      const {exitCode, stderr} = await scan('-c', 'c1')
      expect(exitCode).to.equal(4)
      expect(stderr).to.contain(`ram:${action}`)
    }
  })

  it('uses the certificate of the last run again, and another one if it is refused', async () => {
    const issued = (): number =>
      world.cs.requests.filter(({action}) => action === 'DescribeClusterUserKubeconfig').length
    await good(scan('-c', 'c1'))
    await good(scan('-c', 'c1'))
    expect(issued()).to.equal(1)
    world.c1.api.failNext(2, {status: 401, code: 'Unauthorized'}, 'GET /apis')
    await good(scan('-c', 'c1'))
    expect(issued()).to.equal(2)
    await good(scan('-c', 'c1', '--private-address'))
    expect(issued()).to.equal(3)
    expect(world.cs.requests.at(-1)?.query).to.not.have.property('Force')
  })

  it('shows the caller as it is seen by a role, too', async () => {
    world.c1.bindCluster('of-role', user(ROLE_ID))
    expect(await rows('-c', 'c1', '-A', '--role-arn', `acs:ram::${ROOT_ID}:role/admin`)).to.have.length(1)
    expect(CALLER_ID).to.match(/^2/)
  })
})

interface Row {
  readonly clusterId: string
  readonly userId: string
  readonly userType: string
  readonly userName: string
  readonly accountState: string
  readonly deleted: boolean | null
  readonly subject: string | null
  readonly binding: {readonly kind: string; readonly namespace: string; readonly name: string} | null
  readonly roleRef: {readonly kind: string; readonly name: string} | null
  readonly certificate: {readonly state: string} | null
}
