import {chmod, mkdir, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

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
import {expectMode} from '../support/expect-mode.ts'

const CLEAN = 'CleanClusterUserPermissions'

/** In the form of an ID, which is not looked up as a name. */
const UNASKED = `c${'1'.repeat(32)}`

describe('rbac cleanup-user-permissions', () => {
  let world: RbacWorld
  let backups: string

  const start = async (...given: Parameters<typeof startRbacWorld>): Promise<void> => {
    await world.close()
    world = await startRbacWorld(...given)
    backups = world.home.dir
  }
  beforeEach(async () => {
    world = await startRbacWorld()
    backups = world.home.dir
  })
  afterEach(() => world.close())

  const cleanup = (...args: readonly string[]): Promise<CliResult> =>
    world.run('cleanup-user-permissions', '--backup-dir', backups, ...args)
  const restore = (...args: readonly string[]): Promise<CliResult> => world.run('restore-user-permissions', ...args)
  /** The folders of backups. */
  const folders = async (): Promise<readonly string[]> =>
    (await readdir(backups)).filter((name) => name.startsWith('rbac-backup-')).toSorted()

  it('ends the access of exactly the account that is named', async () => {
    world.c1.bindCluster('shared', user(ALICE_ID), user(`${GONE_ID}-1676970192`), {
      kind: 'Group',
      apiGroup: RBAC,
      name: GONE_ID,
    })
    world.c1.bind('ns1', 'alone', user(GONE_ID))
    world.c1.bind('ns1', 'neighbour', user(`${GONE_ID}1`), user(GONE_ID.slice(0, -1)))
    world.c1.issue(GONE_ID, {account_state: 'Deleted'})
    world.c1.issue(ALICE_ID)
    const {stdout, stderr} = await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    expect(stdout).to.equal('')
    expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`])
    expect(world.c1.bindings()).to.deep.equal([
      `ClusterRoleBinding/-/shared: ${ALICE_ID}, ${GONE_ID}`,
      `RoleBinding/ns1/neighbour: ${GONE_ID}1, ${GONE_ID.slice(0, -1)}`,
    ])
    expect(world.c1.access.kubeconfigs.map(({cert_state: state}) => state)).to.deep.equal(['Removed', undefined])
    expect(stderr).to.match(/ClusterId: c1\nUID .*\n.*RoleBinding\/-\/shared .*\n.*RoleBinding\/ns1\/alone /)
    expect(stderr).to.match(/1\. Back up 2 bindings to .*rbac-backup-\S+ \(write files\)\n {2}2\. End the access of/)
    expect(stderr).to.contain('read back: no binding and no certificate of it is left')
  })

  describe('where the service removes bindings that others share', () => {
    const GROUP = {kind: 'Group', apiGroup: RBAC, name: 'operators'}
    const others = [user(CALLER_ID), GROUP]
    beforeEach(() => {
      world.c1.access.cleans = 'bindings'
      world.c1.bindCluster('shared', user(`${GONE_ID}-1234`), ...others)
      world.c1.bind('ns1', 'alone', user(GONE_ID))
    })

    it('names the others before, and says who has lost what, and how only they get it back', async () => {
      const shown = await good(cleanup('-c', 'c1', '-u', GONE_ID, '--dry-run', '-o', 'json'))
      const shared = {clusterId: 'c1', binding: {kind: 'ClusterRoleBinding', namespace: '', name: 'shared'}, others}
      expect(JSON.parse(shown.stdout)).to.deep.include({shared: [shared], lost: []})
      const {exitCode, stdout, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-y', '-o', 'json')
      expect(exitCode, stderr).to.equal(9)
      expect(stderr).to.contain(
        `Warning: ClusterRoleBinding/-/shared in cluster c1 also lets in User ${CALLER_ID}, Group operators: the service may remove the whole binding`,
      )
      expect(stderr).to.contain(
        `the service has removed bindings that let in others too: User ${CALLER_ID}, Group operators lost ClusterRoleBinding/-/shared in cluster c1`,
      )
      expect(JSON.parse(stdout)).to.deep.include({shared: [shared], lost: [shared], changed: true})
      expect(JSON.parse(stdout)).to.nested.include({'failure.code': 'PreconditionFailed', 'changes[1].state': 'done'})
      expect(world.c1.bindings()).to.deep.equal([])
      const [folder = ''] = await folders()
      const way = `${join(backups, folder)} --without-user-id ${GONE_ID}`
      expect(stderr).to.contain(`ack-ram-tool rbac restore-user-permissions ${way}`)
      await good(restore(...way.split(' '), '-y'))
      expect(world.c1.bindings()).to.deep.equal([`ClusterRoleBinding/-/shared: ${CALLER_ID}, operators`])
      expect((await restore(join(backups, folder), '--without-user-id', 'alice')).exitCode).to.equal(2)
    })

    it('says so beside what else went wrong, and counts nobody as other who is cleaned up as well', async () => {
      world.c1.bindCluster('of-both', user(GONE_ID), user('2001'))
      world.cs.failNext(1, {delayMs: 0}, CLEAN)
      world.cs.failNext(1, {status: 403, code: 'StatusForbidden'}, CLEAN)
      const {exitCode, stdout, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-u', '2001', '-y', '-o', 'json')
      expect(exitCode, stderr).to.equal(4)
      expect(stderr).to.contain('Group operators lost ClusterRoleBinding/-/shared').and.not.contain('/of-both in')
      expect(JSON.parse(stdout)).to.nested.include({'lost.length': 1, 'shared.length': 1})
    })

    it('says so where it cannot be read whether others have lost rights', async () => {
      const list = `GET /apis/${RBAC}/v1/clusterrolebindings`
      // The plan, the backup, before the call, after it.
      world.c1.api.failNext(4, {delayMs: 0}, list)
      world.c1.api.failNext(1, {status: 403, code: 'Forbidden'}, list)
      const {exitCode, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-y')
      expect(exitCode, stderr).to.equal(4)
      expect(stderr)
        .to.contain('whether others have lost rights in cluster c1 cannot be read: ')
        .and.contain('before the call, ClusterRoleBinding/-/shared in cluster c1 also lets in')
        .and.contain(`--without-user-id ${GONE_ID}`)
    })
  })

  it('never takes 0, nothing, a word or another form of a number for an account', async () => {
    world.c1.bindCluster('of-alice', user(ALICE_ID))
    for (const args of [
      [],
      ['-u', '0'],
      ['-u', '00'],
      ['-u', ''],
      ['-u', '-1'],
      ['--user-id=0x1'],
      ['-u', '1.0'],
      ['-u', 'all'],
      ['-u', '*'],
      ['-u', `0${ALICE_ID}`],
      ['-u', `${ALICE_ID}-1`],
      ['-u', ALICE_ID, '-u', '0'],
      ['-u', ALICE_ID, '--deleted'],
      ['-u', ALICE_ID, '--max', '3'],
      ['--deleted', '--max', '-1'],
    ]) {
      const {exitCode, stderr} = await cleanup('-c', UNASKED, '-y', '--force', ...args)
      expect(exitCode, `${args.join(' ')}: ${stderr}`).to.equal(2)
    }
    expect(world.cs.requests).to.deep.equal([])
    expect(world.sts.requests).to.deep.equal([])
  })

  it('takes clusters from the command line alone', async () => {
    const {exitCode, stderr} = await (async () => {
      const env = {...world.env, ACK_RAM_TOOL_CLUSTER_ID: 'c1'}
      const {runCli} = await import('../support/run-cli.ts')
      return runCli(['rbac', 'cleanup-user-permissions', '-u', ALICE_ID, '-y'], {home: world.home.dir, env})
    })()
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('ClusterIdMissing')
    expect((await cleanup('-c', 'all', '-c', 'c1', '-u', ALICE_ID, '-y')).exitCode).to.equal(2)
    expect(world.cs.requests).to.deep.equal([])
  })

  it('refuses the root user and the caller before any other call', async () => {
    for (const id of [ROOT_ID, CALLER_ID]) {
      const {exitCode, stderr} = await cleanup('-c', UNASKED, '-y', '--force', '-u', id)
      expect(exitCode, stderr).to.equal(9)
    }
    expect([...world.cs.requests, ...world.ram.requests]).to.deep.equal([])
    const asRole = ['--role-arn', `acs:ram::${ROOT_ID}:role/admin`]
    const session = world.sts.requests.length
    const {stderr} = await cleanup('-c', 'c1', '-y', '-u', ALICE_ID, '--dry-run', ...asRole)
    expect(stderr).to.not.contain('caller')
    expect(world.sts.requests.length).to.be.greaterThan(session)
    world.c1.issue('5999', {account_type: 'RootAccount'})
    expect((await cleanup('-c', 'c1', '-y', '--force', '-u', '5999')).exitCode).to.equal(9)
    expect(world.cleaned()).to.deep.equal([])
  })

  it('makes the call for an account of which nothing is to be seen, and says so', async () => {
    const {stderr} = await good(cleanup('-c', 'c1', '-u', '2999', '-y'))
    expect(world.cleaned()).to.deep.equal(['c1/2999'])
    expect(stderr).to.contain('no binding of 2999 (RamUser) in cluster c1 was found; the call is made all the same')
    expect(await folders()).to.deep.equal([])
  })

  it('does not report a failure as done because nothing was to be seen before', async () => {
    world.cs.failNext(9, {status: 500, code: 'Broken'}, CLEAN)
    const {exitCode, stderr} = await cleanup('-c', 'c1', '-u', '2999', '-y')
    expect(exitCode, stderr).to.equal(6)
    expect(stderr).to.not.contain('it has been done')
  })

  it('does not say that a certificate is gone which it cannot read', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    world.c1.issue(GONE_ID)
    const refused = {status: 403, code: 'StatusForbidden'}
    world.cs.failNext(2, refused, 'ListClusterKubeconfigStates')
    const {stderr} = await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    expect(stderr).to.contain('no binding of it is left; whether a certificate is cannot be read')
    world.c1.issue('2998')
    world.cs.failNext(1, {delayMs: 0}, 'ListClusterKubeconfigStates')
    world.cs.failNext(1, refused, 'ListClusterKubeconfigStates')
    const blind = await cleanup('-c', 'c1', '-u', '2998', '-y')
    expect(blind.exitCode, blind.stderr).to.equal(4)
    expect(blind.stderr).to.contain('was accepted, but cannot be read back')
  })

  it('finds out what a lost reply has come to', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    world.cs.failNext(1, 'lost reply', CLEAN)
    const {stderr} = await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    expect(stderr).to.contain('but it has been done')
    expect(world.cleaned()).to.have.length(1)
  })

  it('stops for activity in the last seven days, whatever -y says, and sends Force only with --force', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    const seen = [
      {active: true},
      {
        active: true,
        last_activity: '2026-01-02T03:04:05Z',
        last_audit_id: 'a1',
        log_project_name: 'p1',
        log_store_name: 's1',
      },
    ]
    for (const activity of seen) {
      world.c1.access.activity.set(GONE_ID, activity)
      const {exitCode, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-y')
      expect(exitCode, stderr).to.equal(9)
      expect(stderr).to.contain('active in the last seven days').and.contain('--force')
    }
    expect(world.cleaned()).to.deep.equal([])
    expect(await folders()).to.deep.equal([])
    const {stdout, stderr, exitCode} = await cleanup('-c', 'c1', '-u', GONE_ID, '--dry-run', '-o', 'json')
    expect(exitCode, 'as without --dry-run').to.equal(9)
    expect(stderr).to.contain('nothing would be done, since the access is in use: ')
    expect(JSON.parse(stdout)).to.nested.include({dryRun: true, 'failure.code': 'PreconditionFailed'})
    expect(stdout).to.match(/last at 2026-01-02T03:04:05Z, audit ID a1, log project p1, log store s1/)
    await good(cleanup('-c', 'c1', '-u', GONE_ID, '--dry-run', '--force'))
    await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y', '--force'))
    expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID} forced`])
  })

  it('leaves it to the service where nobody knows of activity, and gives its reason', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    world.c1.access.activity.set(GONE_ID, {})
    world.cs.failNext(1, {status: 400, code: 'AuditLogUnreadable', message: 'cannot read the audit log'}, CLEAN)
    const refused = await cleanup('-c', 'c1', '-u', GONE_ID, '-y')
    expect(refused.exitCode).to.equal(4)
    expect(refused.stderr).to.contain('cannot read the audit log').and.contain('or pass --force')
    world.cs.failNext(1, {status: 403, code: 'StatusForbidden'}, 'DescribeUserClusterActivityState')
    const {stderr} = await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    expect(stderr).to.match(/was active lately is not known: .*cs:DescribeUserClusterActivityState on/)
    expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`, `c1/${GONE_ID}`])
  })

  it('shows what it would do with --dry-run, and does nothing', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    const {stdout} = await good(cleanup('-c', 'c1', '-u', GONE_ID, '--dry-run'))
    expect(stdout).to.contain('ClusterRoleBinding/-/b').and.contain('cs:CleanClusterUserPermissions')
    const json = JSON.parse(
      (await good(cleanup('-c', 'c1', '-u', GONE_ID, '--dry-run', '-o', 'json'))).stdout,
    ) as object
    expect(json).to.nested.include({
      changed: false,
      'changes[1].parameters.userId': GONE_ID,
      'permissions[0].binding.name': 'b',
    })
    expect(world.cleaned()).to.deep.equal([])
    expect(await folders()).to.deep.equal([])
  })

  it('does nothing without -y where nobody can be asked', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    for (const more of [[], ['--force']])
      expect((await cleanup('-c', 'c1', '-u', GONE_ID, ...more)).exitCode).to.equal(2)
    expect(world.cleaned()).to.deep.equal([])
  })

  it('goes on with the others where the second of three is refused, and fails', async () => {
    for (const id of ['2001', '2002', '2003']) world.c1.bindCluster(`of-${id}`, user(id))
    world.cs.failNext(1, {delayMs: 0}, CLEAN)
    world.cs.failNext(1, {status: 403, code: 'StatusForbidden'}, CLEAN)
    const {exitCode, stdout, stderr} = await cleanup(
      '-c',
      'c1',
      '-u',
      '2001',
      '-u',
      '2002',
      '-u',
      '2003',
      '-y',
      '-o',
      'json',
    )
    expect(exitCode, stderr).to.equal(4)
    const {changes} = JSON.parse(stdout) as {changes: readonly {readonly state: string}[]}
    expect(changes.map(({state}) => state)).to.deep.equal(['done', 'done', 'failed', 'done'])
    expect(world.c1.bindings()).to.deep.equal(['ClusterRoleBinding/-/of-2002: 2002'])
    expect(stderr).to.contain('cs:CleanClusterUserPermissions')
  })

  it('does not call a backup a change', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    world.cs.failNext(1, {status: 403, code: 'StatusForbidden'}, CLEAN)
    const {exitCode, stdout, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-y', '-o', 'json')
    expect(exitCode, stderr).to.equal(4)
    const [folder = ''] = await folders()
    expect(JSON.parse(stdout)).to.deep.include({changed: false, backup: join(backups, folder)})
  })

  it('does nothing at all where the backup cannot be written', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    backups = join(world.home.dir, 'missing')
    const {exitCode, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-y')
    expect(exitCode, stderr).to.equal(9)
    backups = await world.home.write('file', '')
    expect((await cleanup('-c', 'c1', '-u', GONE_ID, '-y')).exitCode).to.equal(9)
    expect(world.cleaned()).to.deep.equal([])
  })

  it('says so where it may not look into the directory of the backup', async function () {
    if (process.platform === 'win32' || process.geteuid?.() === 0) this.skip()
    world.c1.bindCluster('b', user(GONE_ID))
    const closed = join(world.home.dir, 'closed')
    await mkdir(closed, {mode: 0o600})
    backups = closed
    const {exitCode, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-y')
    expect(exitCode, stderr).to.equal(9)
    expect(stderr).to.contain('EACCES').and.contain('--backup-dir').and.not.contain('internal error')
    expect(world.cleaned()).to.deep.equal([])
  })

  it('does not take an empty path for the current directory', async () => {
    const refused = await restore('')
    expect(refused.exitCode, refused.stderr).to.equal(2)
    expect(refused.stderr).to.contain('the folder of the backup is missing')
  })

  it('prints the way back as a line to be copied, whatever the path, and restores from no link', async function () {
    if (process.platform === 'win32') this.skip()
    world.c1.bindCluster('b', user(GONE_ID))
    backups = join(world.home.dir, 'a b;c')
    await mkdir(backups)
    const {stderr} = await good(
      cleanup('-c', 'c1', '-u', GONE_ID, '-y', '--role-session-name', 'of alice', '--private-address'),
    )
    const [name = ''] = await folders()
    const path = join(backups, name)
    expect(stderr)
      .to.contain(`restore-user-permissions '${path}' '--role-session-name=of alice' --private-address\n`)
      .and.contain(`kubectl apply -f '${path}'/<clusterId>`)
    await symlink(path, join(world.home.dir, 'link'))
    const linked = await restore(join(world.home.dir, 'link'), '-y')
    expect(linked.exitCode).to.equal(9)
    expect(linked.stderr).to.contain('it is a link, which is not followed')
    await good(restore(path, '-y'))
  })

  it('takes nothing away where a binding cannot be backed up', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    const list = `GET /apis/${RBAC}/v1/clusterrolebindings`
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'}, list)
    expect((await cleanup('-c', 'c1', '-u', GONE_ID, '-y')).exitCode).to.equal(4)
    world.c1.api.failNext(1, {delayMs: 0}, list)
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'}, list)
    const {exitCode, stdout, stderr} = await cleanup('-c', 'c1', '-u', GONE_ID, '-y', '-o', 'json')
    expect(exitCode, stderr).to.equal(4)
    expect(JSON.parse(stdout)).to.include({backup: null})
    expect(stderr).to.contain('not done: End the access').and.not.contain('to restore the bindings')
    expect(world.cleaned()).to.deep.equal([])
    expect(await folders()).to.deep.equal([])
  })

  it('makes a backup of its own where another run does so in the same second', async () => {
    const ids = [GONE_ID, '2001', '2002', '2003']
    for (const id of ids) world.c1.bindCluster(`of-${id}`, user(id))
    const results = await Promise.all(ids.map((id) => good(cleanup('-c', 'c1', '-u', id, '-y'))))
    const names = results.map(({stderr}) => /backup: .*(rbac-backup-\S+)$/m.exec(stderr)?.[1] ?? '')
    for (const [index, name] of names.entries()) {
      expect(results[index]?.stderr).to.match(new RegExp(`done: Back up 1 binding to .*${name}$`, 'm'))
      expect(await readdir(join(backups, name, 'c1'))).to.deep.equal([`ClusterRoleBinding--of-${ids[index]}.json`])
    }
    expect(await folders()).to.have.members(names)
  })

  it('writes each backup into a private folder of its own, never through a link', async function () {
    if (process.platform === 'win32') this.skip()
    const elsewhere = join(world.home.dir, 'elsewhere')
    await mkdir(elsewhere)
    for (let second = -1; second <= 20; second += 1) {
      const stamp = new Date(Date.now() + second * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '')
      await symlink(elsewhere, join(backups, `rbac-backup-${stamp}`))
    }
    const links = await folders()
    world.c1.bind('ns1', 'a:B/c', user(GONE_ID))
    world.c1.bind('ns1', 'A:b/c', user(GONE_ID))
    world.c1.bind('ns1', 'x'.repeat(253), user(GONE_ID))
    // Without a hash, both would have the same name.
    world.c1.bind('ns1', 'a-b', user(GONE_ID))
    world.c1.bind('ns1-a', 'b', user(GONE_ID))
    await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    expect(await readdir(elsewhere)).to.deep.equal([])
    const made = (await folders()).find((name) => !links.includes(name)) ?? ''
    const folder = join(backups, made, 'c1')
    for (const path of [join(backups, made), folder]) await expectMode(path, 0o700)
    const files = await readdir(folder)
    expect(new Set(files.map((name) => name.toLowerCase()))).to.have.length(5)
    for (const name of files) {
      await expectMode(join(folder, name), 0o600)
      expect(name).to.match(/^RoleBinding-ns1-[\w.-]+\.json$/)
      const object = JSON.parse(await readFile(join(folder, name), 'utf8')) as object
      expect(object).to.include({apiVersion: `${RBAC}/v1`, kind: 'RoleBinding'})
      expect(object).to.have.property('metadata').that.has.all.keys('name', 'namespace')
    }
  })

  it('restores what it took, and nothing else', async () => {
    world.c1.bindCluster('shared', user(ALICE_ID), user(GONE_ID))
    world.c1.bind('ns1', 'alone', user(`${GONE_ID}-5`))
    const before = world.c1.bindings()
    await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    world.c1.bindCluster('later', user('2777'))
    const [folder = ''] = await folders()
    const shown = await good(restore(join(backups, folder), '--dry-run'))
    expect(shown.stdout)
      .to.match(/^\+ +"name": "2432/m)
      .and.contain('certificates cannot be restored')
    const {stderr} = await good(restore(join(backups, folder), '-y'))
    expect(stderr).to.contain('certificates cannot be restored')
    expect(world.c1.bindings()).to.have.members([...before, 'ClusterRoleBinding/-/later: 2777'])
    expect((await good(restore(join(backups, folder, 'c1'), '-y'))).stderr).to.contain('nothing to do')
  })

  it('shows a name with line breaks on one line of the plan', async () => {
    const name = 'b\n  2. Delete nothing'
    world.c1.bindCluster(name, user(GONE_ID))
    await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    const [folder = ''] = await folders()
    const {stderr} = await good(restore(join(backups, folder), '-y'))
    expect(stderr).to.contain('  1. Create ClusterRoleBinding/-/b 2. Delete nothing in cluster c1')
    expect(stderr).to.not.match(/^ *2\. Delete/m)
    expect(world.c1.bindings()).to.deep.equal([`ClusterRoleBinding/-/${name}: ${GONE_ID}`])
  })

  it('restores the others where one cluster cannot be reached, and fails', async () => {
    await start({clusters: ['c1', 'c2']})
    for (const cluster of world.clusters.values()) cluster.bindCluster('b', user(GONE_ID))
    await good(cleanup('-c', 'all', '-u', GONE_ID, '-y'))
    const [folder = ''] = await folders()
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'})
    const shown = await restore(join(backups, folder), '--dry-run')
    expect(shown.exitCode, 'as without --dry-run').to.equal(4)
    expect(shown.stderr).to.contain('would not be restored: cluster c1: ')
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'})
    const {exitCode, stdout, stderr} = await restore(join(backups, folder), '-y', '-o', 'json')
    expect(exitCode, stderr).to.equal(4)
    expect(JSON.parse(stdout)).to.nested.include({'failure.code': 'ServiceRefused'})
    expect(stderr).to.contain('left out: cluster c1: ').and.contain('not restored: cluster c1: ')
    expect(world.c1.bindings()).to.deep.equal([])
    expect(world.clusters.get('c2')?.bindings()).to.deep.equal([`ClusterRoleBinding/-/b: ${GONE_ID}`])
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'})
    expect((await restore(join(backups, folder, 'c1'), '--dry-run')).exitCode).to.equal(4)
  })

  it('calls no other path than that of a binding, whatever names a backup has', async () => {
    const roleRef = {apiGroup: RBAC, kind: 'ClusterRole', name: 'cs:admin'}
    const metadatas = [
      ...['', '.', '..', 'a/b', '../../x', '%2e%2e'].map((name) => ({kind: 'ClusterRoleBinding', metadata: {name}})),
      ...['.', '..', 'kube-system/x'].map((namespace) => ({kind: 'RoleBinding', metadata: {name: 'b', namespace}})),
    ]
    await mkdir(join(backups, 'c1'))
    for (const object of metadatas) {
      const binding = {apiVersion: `${RBAC}/v1`, ...object, roleRef, subjects: []}
      await writeFile(join(backups, 'c1', 'a.json'), JSON.stringify(binding))
      const {exitCode, stderr} = await restore(join(backups, 'c1'), '-y')
      expect(exitCode, JSON.stringify(object)).to.equal(9)
      expect(stderr).to.contain('is not a binding of RBAC')
    }
    expect(world.c1.api.requests).to.deep.equal([])
  })

  it('says how to restore from a file that every user could have written', async function () {
    if (process.platform === 'win32') this.skip()
    world.c1.bindCluster('b', user(GONE_ID))
    await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    const [name = ''] = await folders()
    const dir = join(backups, name, 'c1')
    const file = join(dir, (await readdir(dir)).find((one) => one.endsWith('.json')) ?? '')
    await chmod(file, 0o646)
    const {stderr, exitCode} = await restore(join(backups, name), '-y')
    expect(exitCode, stderr).to.equal(9)
    expect(stderr)
      .to.contain('every user can write it')
      .and.contain(`Next: look at what it says, then run \`chmod o-w ${file}\``)
    await chmod(file, 0o644)
    await good(restore(join(backups, name), '-y'))
  })

  it('does not restore into another cluster, to another role, or from what is no backup', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    await good(cleanup('-c', 'c1', '-u', GONE_ID, '-y'))
    const [name = ''] = await folders()
    const folder = join(backups, name)
    const requests = world.c1.api.requests.length
    expect((await restore(folder, '-c', 'c2', '-y')).exitCode).to.equal(2)
    expect((await restore('-y')).exitCode).to.equal(2)
    expect((await restore(join(backups, 'nowhere'), '-y')).exitCode).to.equal(9)
    expect((await restore(backups, '-y')).exitCode).to.equal(9)
    await mkdir(join(backups, 'c1'))
    for (const text of ['{}', 'no JSON', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}']) {
      await writeFile(join(backups, 'c1', 'a.json'), text)
      expect((await restore(join(backups, 'c1'), '-y')).exitCode, text).to.equal(9)
    }
    expect(world.c1.api.requests).to.have.length(requests)
    const other = world.c1.bindCluster('b', user(ALICE_ID))
    other['roleRef'] = {apiGroup: RBAC, kind: 'ClusterRole', name: 'view'}
    const {exitCode, stderr} = await restore(folder, '-y')
    expect(exitCode, stderr).to.equal(9)
    expect(stderr).to.contain('refers to another role now')
    expect(world.c1.bindings()).to.deep.equal([`ClusterRoleBinding/-/b: ${ALICE_ID}`])
  })

  describe('--deleted', () => {
    it('takes only accounts that both RAM and the Container Service do not have any more', async () => {
      world.c1.issue(GONE_ID, {account_state: 'Deleted'})
      world.c1.issue(ALICE_ID, {account_state: 'Deleted'})
      world.c1.issue('2102')
      for (const id of [GONE_ID, ALICE_ID, '2102', '2103', ROLE_ID]) world.c1.bindCluster(`of-${id}`, user(id))
      world.c1.bindCluster(
        'numbers',
        {kind: 'ServiceAccount', namespace: 'x', name: '2104'},
        {kind: 'Group', apiGroup: RBAC, name: '2105'},
      )
      await good(cleanup('-c', 'c1', '--deleted', '-y'))
      expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`])
    })

    it('leaves alone what one cluster knows as deleted and another one as alive', async () => {
      await start({clusters: ['c1', 'c2']})
      world.c1.issue(GONE_ID, {account_state: 'Deleted'})
      world.clusters.get('c2')?.issue(GONE_ID, {account_state: 'Active'})
      await good(cleanup('-c', 'all', '--deleted', '-y'))
      expect(world.cleaned()).to.deep.equal([])
    })

    it('refuses if RAM lists nobody of the kind that would go, though it lists the caller', async () => {
      world.c1.issue('300000000000000777', {account_type: 'RamRole', account_state: 'Deleted'})
      world.ramState.roles.clear()
      const {exitCode, stderr} = await cleanup('-c', 'c1', '--deleted', '--max', '5', '-y')
      expect(exitCode, stderr).to.equal(9)
      expect(stderr).to.contain('RAM lists no role at all').and.contain('--user-id')
      expect(world.cleaned()).to.deep.equal([])
    })

    it('refuses if too many would go, or RAM does not even list the caller', async () => {
      for (let number = 1; number <= 12; number += 1) world.c1.issue(`28${number}`, {account_state: 'Deleted'})
      for (let number = 1; number <= 30; number += 1) world.ramState.users.push({id: `29${number}`, name: `u${number}`})
      const refused = await cleanup('-c', 'c1', '--deleted', '-y')
      expect(refused.exitCode).to.equal(9)
      expect(refused.stderr).to.contain('12 accounts look deleted, and no more than 10 may go')
      expect((await cleanup('-c', 'c1', '--deleted', '--max', '11', '-y', '--force')).exitCode).to.equal(9)
      world.ramState.users.splice(2)
      const half = await cleanup('-c', 'c1', '--deleted', '-y')
      expect(half.stderr).to.contain('may go')
      world.c1.access.kubeconfigs.splice(3)
      expect((await cleanup('-c', 'c1', '--deleted', '-y')).stderr).to.contain('while RAM lists only 4')
      world.ramState.users.splice(0)
      const {exitCode, stderr} = await cleanup('-c', 'c1', '--deleted', '--max', '100', '-y')
      expect(exitCode).to.equal(9)
      expect(stderr).to.contain('not complete: the caller')
      expect(world.cleaned()).to.deep.equal([])
      world.ramState.users.push({id: CALLER_ID, name: 'auditor'})
      await good(cleanup('-c', 'c1', '--deleted', '--max', '3', '-y'))
      expect(world.cleaned()).to.have.length(3)
    })

    it('refuses where the Container Service does not say who is deleted', async () => {
      world.c1.bindCluster('b', user(GONE_ID))
      world.cs.failNext(1, {status: 404, code: 'InvalidAction.NotFound'}, 'ListClusterKubeconfigStates')
      expect((await cleanup('-c', 'c1', '--deleted', '-y')).exitCode).to.equal(4)
      expect((await good(cleanup('-c', 'c1', '--deleted', '-y'))).stderr).to.contain('nothing to do')
      expect(world.cleaned()).to.deep.equal([])
    })
  })

  describe('in many clusters', () => {
    it('leaves out the clusters that it cannot back up, does the others, and fails', async () => {
      await start({
        clusters: ['c1', 'c2', 'c3', 'c4', 'c5'],
        listed: ({id}) => (id === 'c2' ? {state: 'deleted'} : id === 'c5' ? {clusterType: 'aliyun'} : {}),
      })
      for (const cluster of world.clusters.values()) cluster.bindCluster('b', user(GONE_ID))
      await world.clusters.get('c3')?.api.close()
      const shown = await cleanup('-c', 'all', '-u', GONE_ID, '--dry-run', '-o', 'json')
      expect(shown.exitCode, 'as without --dry-run').to.equal(5)
      expect(shown.stderr).to.contain('not all clusters would be done: cluster c3: ')
      expect(JSON.parse(shown.stdout)).to.deep.include({dryRun: true, changed: false})
      expect(JSON.parse(shown.stdout)).to.nested.include({'failure.code': 'NetworkFailed', 'leftOut.length': 1})
      expect(world.cleaned()).to.deep.equal([])
      const {exitCode, stderr} = await cleanup('-c', 'all', '-u', GONE_ID, '-y')
      expect(exitCode, stderr).to.equal(5)
      expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`, `c4/${GONE_ID}`])
      expect(stderr)
        .to.contain('no certificate of it is left in the clusters that were done')
        .and.contain('left out: cluster c2: it is in state deleted')
        .and.contain('not all clusters were done: cluster c3: ')
      const [folder = ''] = await folders()
      expect(await readdir(join(backups, folder))).to.have.members(['c1', 'c4'])
    })

    it('does not pass over a cluster that is there and cannot be reached now', async () => {
      await start({clusters: ['c1', 'c2'], listed: ({id}) => (id === 'c2' ? {state: 'unavailable'} : {})})
      for (const cluster of world.clusters.values()) cluster.bindCluster('b', user(GONE_ID))
      await world.clusters.get('c2')?.api.close()
      const {exitCode, stderr} = await cleanup('-c', 'all', '-u', GONE_ID, '-y')
      expect(exitCode, stderr).to.equal(5)
      expect(stderr).to.contain('left out: cluster c2: ').and.contain('not all clusters were done: cluster c2: ')
      expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`])
    })

    it('does the clusters that are listed where the service counts more, and fails', async () => {
      await start({clusters: ['c1', 'c2'], listed: ({id}) => (id === 'c2' ? {hidden: 'counted'} : {})})
      world.c1.bindCluster('b', user(GONE_ID))
      const {exitCode, stderr} = await cleanup('-c', 'all', '-u', GONE_ID, '-y')
      expect(exitCode, stderr).to.equal(6)
      expect(stderr).to.contain(
        'Warning: the list of clusters is not complete: the Container Service counts 2 clusters',
      )
      expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`])
      await start({clusters: ['c1'], listed: () => ({hidden: 'counted'})})
      const none = await cleanup('-c', 'all', '-u', GONE_ID, '-y')
      expect(none.exitCode, none.stderr).to.equal(6)
      expect(none.stderr).to.contain('counts 1 clusters and lists 0').and.not.contain('nothing to do')
    })

    it('takes the clusters that are named, and no other', async () => {
      await start({clusters: ['c1', 'c2', 'c3']})
      for (const cluster of world.clusters.values()) cluster.bindCluster('b', user(GONE_ID))
      await good(cleanup('-c', 'c1', '-c', 'c3', '-u', GONE_ID, '-y'))
      expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`, `c3/${GONE_ID}`])
      expect(world.clusters.get('c2')?.bindings()).to.have.length(1)
      const [folder = ''] = await folders()
      await good(restore(join(backups, folder), '-c', 'c3', '-y'))
      expect([...world.clusters.values()].map((cluster) => cluster.bindings().length)).to.deep.equal([0, 1, 1])
    })
  })
})
