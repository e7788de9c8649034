import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'

import {expect} from 'chai'

import {addPolicy, addRole} from '../local-cloud/ram-state.ts'
import {CLUSTER_ID} from '../support/cluster-world.ts'
import {good} from '../support/good.ts'
import {cliEnvironment, PROGRAM, runCrowd, type CliResult} from '../support/run-cli.ts'
import {figure} from '../support/figures.ts'
import {howMany} from '../support/full.ts'
import {
  policyOf,
  PROVIDER_ARN,
  startRrsaWorld,
  statementFor,
  type RrsaWorld,
  type Statement,
} from '../support/rrsa-world.ts'

const SUBJECT = 'system:serviceaccount:ns1:sa1'
const NAMES: Readonly<Record<string, string>> = {
  '--cluster-id': CLUSTER_ID,
  '--role-name': 'r1',
  '--namespace': 'ns1',
  '--service-account': 'sa1',
}
const ONE = ['--role-name', 'r1', '--namespace', 'ns1', '--service-account', 'sa1']

describe('rrsa associate-role and disassociate-role', () => {
  let world: RrsaWorld
  let between: ((action: string) => void) | undefined

  beforeEach(async () => {
    between = undefined
    world = await startRrsaWorld({before: (action) => between?.(action), second: 'c2'})
  })
  afterEach(async () => {
    for (const request of world.ram.requests) expect(request).not.to.have.property('documentInUrl')
    await world.close()
  })

  const rrsa = (command: string, ...args: readonly string[]): Promise<CliResult> =>
    world.run(['rrsa', command, '--cluster-id', CLUSTER_ID, ...args])
  const associate = (...args: readonly string[]): Promise<CliResult> => rrsa('associate-role', ...args, '-y')
  const statement = (sub: unknown = SUBJECT, operator?: string): object =>
    statementFor(world.issuer.issuer, sub, operator)

  it('creates the role with its statement and policies, in this order, and writes nothing the second time', async () => {
    addPolicy(world.ramState, 'System', 'AliyunOSSReadOnlyAccess')
    addPolicy(world.ramState, 'System', 'AliyunCSReadOnlyAccess')
    addPolicy(world.ramState, 'Custom', 'mine')
    const args = [
      ...ONE,
      '--create-role-if-not-exist',
      '--attach-system-policy=AliyunOSSReadOnlyAccess',
      '--attach-system-policy=AliyunCSReadOnlyAccess',
      '--attach-custom-policy=mine',
    ]
    const {stdout, stderr} = await good(associate(...args))
    expect(stdout).to.equal('')
    expect(stderr).to.contain('Associate RAM Role "r1" to service account "sa1" (namespace: "ns1") successfully')
    expect(world.trustOf('r1')).to.deep.equal(policyOf(statement()))
    expect([...(world.ramState.attached.get('r1') ?? [])]).to.have.length(3)
    const writes = ['CreateRole', 'AttachPolicyToRole', 'AttachPolicyToRole', 'AttachPolicyToRole']
    expect(world.writes()).to.deep.equal(writes)
    expect((await good(associate(...args))).stderr).to.contain('Already associated RAM Role "r1"')
    expect(world.writes()).to.deep.equal(writes)
  })

  it('shows a unified diff and the calls, and does nothing with --dry-run', async () => {
    addRole(world.ramState, 'r1', policyOf({Effect: 'Deny', Number: 1}))
    const {stdout} = await good(rrsa('associate-role', ...ONE, '--dry-run'))
    expect(stdout).to.match(/^--- trust policy of r1\tcurrent\n\+\+\+ trust policy of r1\tplanned\n@@/m)
    expect(stdout).to.match(/^\+ +"oidc:sub": "system:serviceaccount:ns1:sa1"$/m)
    expect(stdout).to.match(/^ {2}1\. Update the trust policy of RAM role r1 \(ram:UpdateRole\)$/m)
    const json = JSON.parse((await good(rrsa('associate-role', ...ONE, '--dry-run', '-o', 'json'))).stdout) as object
    expect(json).to.nested.include({changed: false, 'changes[0].call': 'ram:UpdateRole'})
    expect(world.writes()).to.deep.equal([])
  })

  it('does nothing without -y where nobody can be asked', async () => {
    addRole(world.ramState, 'r1', policyOf())
    expect((await rrsa('associate-role', ...ONE)).exitCode).to.equal(2)
    expect(world.writes()).to.deep.equal([])
  })

  it('gives plan and result as JSON on stdout, also when it fails on the way', async () => {
    addPolicy(world.ramState, 'Custom', 'mine')
    world.ram.failNext(1, {status: 403, code: 'NoPermission'}, 'AttachPolicyToRole')
    const args = [...ONE, '--create-role-if-not-exist', '--attach-custom-policy', 'mine', '-o', 'json']
    const {stdout, stderr, exitCode} = await associate(...args)
    expect(exitCode).to.equal(4)
    expect(JSON.parse(stdout)).to.nested.include({
      'changes[0].state': 'done',
      'changes[1].state': 'failed',
      changed: true,
    })
    expect(stderr).to.contain('done: Create RAM role r1').and.contain('ram:AttachPolicyToRole')
    expect(stderr).to.contain('run the command again')
    expect(JSON.parse((await good(associate(...args))).stdout)).to.nested.include({
      'changes[0].call': 'ram:AttachPolicyToRole',
    })
  })

  it('says what was accepted though it cannot be read back, and what nobody knows', async () => {
    addRole(world.ramState, 'r1', policyOf())
    const refused = {status: 403, code: 'NoPermission'}
    between = (action) => {
      if (action === 'UpdateRole') world.ram.failNext(Infinity, refused, 'GetRole')
    }
    const {stdout, stderr, exitCode} = await associate(...ONE, '-o', 'json')
    expect(exitCode, stderr).to.equal(4)
    expect(stderr).to.contain('ram:UpdateRole was accepted, but cannot be read back: ')
    expect(JSON.parse(stdout)).to.nested.include({changed: true, 'changes[0].state': 'failed'})
    expect(world.trustOf('r1')).to.deep.equal(policyOf(statement()))
  })

  it('does not say that nothing was changed where a reply was lost', async () => {
    addRole(world.ramState, 'r1', policyOf())
    world.ram.failNext(9, 'lost reply', 'UpdateRole')
    between = (action) => {
      if (action === 'UpdateRole') world.ram.failNext(Infinity, {status: 403, code: 'NoPermission'}, 'GetRole')
    }
    const {stdout} = await associate(...ONE, '-o', 'json')
    expect(JSON.parse(stdout)).to.nested.include({changed: null, 'changes[0].state': 'failed'})
  })

  it('checks every name before any call', async () => {
    for (const [flag, value] of [
      ['--role-name', 'bad name!'],
      ['--role-name', 'acs:ram::1:role/r1'],
      ['--role-name', ''],
      ['--role-name', 'x'.repeat(65)],
      ['--namespace', 'Bad_NS'],
      ['--namespace', 'a.b'],
      ['--namespace', 'n'.repeat(64)],
      ['--namespace', ''],
      ['--service-account', '-sa'],
      ['--service-account', 'a:b'],
      ['--service-account', ''],
      ['--attach-system-policy', 'a b'],
      ['--cluster-id', '..'],
    ] as const) {
      const words = Object.entries({...NAMES, [flag]: value}).flat()
      const {exitCode, stdout} = await world.run([
        'rrsa',
        'associate-role',
        '-y',
        '--create-role-if-not-exist',
        ...words,
      ])
      expect({exitCode, stdout}, `${flag} ${value}`).to.deep.equal({exitCode: 2, stdout: ''})
    }
    expect([...world.ram.requests, ...world.cs.requests]).to.deep.equal([])
    expect((await world.run(['rrsa', 'associate-role', '--cluster-id', '', ...ONE])).exitCode).to.equal(2)
  })

  it('changes nothing where something is missing', async () => {
    expect((await associate(...ONE)).stderr).to.contain('--create-role-if-not-exist')
    const typo = await associate(...ONE, '--create-role-if-not-exist', '--attach-system-policy', 'AliyunOSSReadOnly')
    expect(typo.exitCode).to.equal(9)
    expect(typo.stderr).to.contain('there is no system policy AliyunOSSReadOnly')
    for (const broken of ['', 'not JSON', '{"Version":"1"}']) {
      addRole(world.ramState, 'r1', broken)
      expect((await associate(...ONE)).exitCode).to.equal(9)
      expect(world.ramState.roles.get('r1')?.trustPolicy).to.equal(broken)
    }
    world.cluster.rrsa.enabled = false
    expect((await associate(...ONE)).stderr).to.contain('rrsa enable')
    expect(world.writes()).to.deep.equal([])
  })

  it('warns of wildcards, and puts them into StringLike', async () => {
    addRole(world.ramState, 'r1', policyOf())
    for (const [namespace, name] of [
      ['ns*', 'sa1'],
      ['ns1', '*'],
    ] as const) {
      const {stderr} = await good(associate('--role-name', 'r1', '--namespace', namespace, '--service-account', name))
      expect(stderr).to.match(/Warning: .* has a wildcard/)
    }
    expect(world.trustOf('r1')).to.deep.equal(
      policyOf(statement(['system:serviceaccount:ns*:sa1', 'system:serviceaccount:ns1:*'], 'StringLike')),
    )
  })

  it('finds out what became of each write whose reply was lost', async () => {
    addPolicy(world.ramState, 'Custom', 'mine')
    for (const action of ['CreateRole', 'AttachPolicyToRole', 'UpdateRole']) world.ram.failNext(1, 'lost reply', action)
    const args = ['--create-role-if-not-exist', '--attach-custom-policy', 'mine']
    const {stderr} = await good(associate(...ONE, ...args))
    expect(stderr.match(/it has been done/g)).to.have.length(2)
    await good(associate('--role-name', 'r1', '--namespace', 'ns1', '--service-account', 'sa2', ...args))
    expect(world.trustOf('r1')).to.deep.equal(policyOf(statement([SUBJECT, 'system:serviceaccount:ns1:sa2'])))
    expect(world.writes()).to.deep.equal(['CreateRole', 'AttachPolicyToRole', 'UpdateRole'])
  })

  it('makes each write again that was reset and had no effect', async () => {
    addPolicy(world.ramState, 'Custom', 'mine')
    for (const action of ['CreateRole', 'AttachPolicyToRole']) world.ram.failNext(1, 'reset', action)
    await good(associate(...ONE, '--create-role-if-not-exist', '--attach-custom-policy', 'mine'))
    expect(world.writes()).to.deep.equal(['CreateRole', 'CreateRole', 'AttachPolicyToRole', 'AttachPolicyToRole'])
    expect(world.trustOf('r1')).to.deep.equal(policyOf(statement()))
  })

  it('does not blame the credentials for a conflict, nor for a role that is gone', async () => {
    addRole(world.ramState, 'r1', policyOf())
    for (const [status, code, next] of [
      [409, 'EntityTemporarilyUnmodifiable.Role', 'wait until nothing else changes or uses it'],
      [404, 'EntityNotExist.Role', 'check the name of the role'],
    ] as const) {
      world.ram.failNext(1, {status, code}, 'UpdateRole')
      const {stderr, exitCode} = await associate(...ONE)
      expect(exitCode, stderr).to.equal(9)
      expect(stderr).to.contain(`${code}, `).and.contain('(PreconditionFailed)').and.contain(`Next: ${next}`)
    }
    // It is the key that is not there.
    world.ram.failNext(1, {status: 404, code: 'InvalidAccessKeyId.NotFound'}, 'UpdateRole')
    expect((await associate(...ONE)).exitCode).to.equal(4)
  })

  it('mends an update that another program has overwritten', async () => {
    addRole(world.ramState, 'r1', policyOf({Sid: 'first'}))
    let updates = 0
    between = (action) => {
      const role = world.ramState.roles.get('r1')
      if (action === 'UpdateRole') updates += 1
      // It had read the policy before our first write, and writes after it.
      if (action === 'GetRole' && updates === 1 && role) {
        role.trustPolicy = JSON.stringify(policyOf({Sid: 'first'}, {Sid: 'of another program'}))
        updates = 2
      }
    }
    await good(associate(...ONE))
    expect(world.trustOf('r1')).to.deep.equal(policyOf({Sid: 'first'}, {Sid: 'of another program'}, statement()))
  })

  it('takes in what another program has written since the plan was shown', async () => {
    addRole(world.ramState, 'r1', policyOf({Sid: 'first'}))
    let reads = 0
    between = (action) => {
      if (action !== 'GetRole') return
      reads += 1
      const role = world.ramState.roles.get('r1')
      if (reads === 2 && role) role.trustPolicy = JSON.stringify(policyOf({Sid: 'first'}, {Sid: 'second'}))
    }
    await good(associate(...ONE))
    expect(world.trustOf('r1')).to.deep.equal(policyOf({Sid: 'first'}, {Sid: 'second'}, statement()))
  })

  const crowdOf = async (count: number, own: (index: number) => string): Promise<readonly CliResult[]> => {
    addRole(world.ramState, 'r1', policyOf())
    // Each with an account of its own: the shell of the crowd numbers them.
    const results = await Promise.all(
      Array.from({length: count}, (_, index) =>
        runCrowd({
          count: 1,
          command: [
            ...PROGRAM,
            'rrsa',
            'associate-role',
            `--cluster-id=${CLUSTER_ID}`,
            '--role-name=r1',
            '--namespace=ns1',
            `--service-account=sa${index}`,
            '-y',
            '--timeout=60s',
          ],
          env: cliEnvironment(own(index), world.env),
        }),
      ),
    )
    return results.flat()
  }
  const subjects = (): readonly string[] =>
    world
      .trustOf('r1')
      .Statement.flatMap(({Condition}) => Condition?.['StringEquals']?.['oidc:sub'] as string | readonly string[])

  it('leaves all subjects of many runs at once', async () => {
    const count = howMany(20, 6)
    for (const {exitCode, stderr} of await crowdOf(count, () => world.home.dir)) expect(exitCode, stderr).to.equal(0)
    expect(new Set(subjects()).size).to.equal(count)
    figure('writers of a trust policy', count)
  }).timeout(120_000)

  it('leaves all subjects of runs that cannot see each other', async () => {
    const count = howMany(20, 4)
    const results = await crowdOf(count, (index) => `${world.home.dir}/${index}`)
    for (const {exitCode, stderr} of results) expect(exitCode, stderr).to.equal(0)
    expect(new Set(subjects()).size).to.equal(count)
  }).timeout(120_000)

  it('labels the namespace and annotates the service account, and makes them where there are none', async () => {
    addRole(world.ramState, 'r1', policyOf())
    const args = [...ONE, '--annotate-service-account', '--label-namespace']
    await good(associate(...args))
    await good(associate(...args))
    const account = world.addServiceAccount('ns2', 'sa2', {
      theirs: 'kept',
      'pod-identity.alibabacloud.com/role-name': 'old',
    })
    world.addNamespace('ns2')
    const {stderr} = await good(
      associate('--role-name', 'r1', '--namespace', 'ns2', '--service-account', 'sa2', '--annotate-service-account'),
    )
    expect(stderr).to.contain('has role old now')
    expect(account.metadata.annotations).to.deep.equal({
      theirs: 'kept',
      'pod-identity.alibabacloud.com/role-name': 'r1',
    })
    expect(world.writes()).to.deep.equal([
      'UpdateRole',
      'UpdateRole',
      'PATCH /api/v1/namespaces/ns1',
      'PATCH /api/v1/namespaces/ns1/serviceaccounts/sa1',
      'PATCH /api/v1/namespaces/ns2/serviceaccounts/sa2',
    ])
    const wildcard = ['--role-name', 'r1', '--namespace', 'ns1', '--service-account', '*']
    expect((await associate(...wildcard, '--annotate-service-account')).exitCode).to.equal(2)
  })

  it('associates several clusters by one change of the trust policy, and ends them so', async () => {
    addRole(world.ramState, 'r1', policyOf({Sid: 'theirs'}))
    const both = [...ONE, '--cluster-id', 'c2']
    await good(associate(...both))
    await good(associate(...both))
    const {Statement} = world.trustOf('r1')
    expect(Statement.map(({Principal}) => (Principal as object | undefined) && Principal.Federated)).to.deep.equal([
      undefined,
      [PROVIDER_ARN],
      [PROVIDER_ARN.replace(CLUSTER_ID, 'c2')],
    ])
    await good(rrsa('disassociate-role', ...both, '-y'))
    expect(world.trustOf('r1')).to.deep.equal(policyOf({Sid: 'theirs'}))
    expect(world.writes()).to.deep.equal(['UpdateRole', 'UpdateRole'])
  })

  it('takes out exactly one subject, and the role with --delete-role only if it made it', async () => {
    addRole(world.ramState, 'r1', policyOf({Sid: 'theirs'}, statement([SUBJECT, 'system:serviceaccount:ns1:sa2'])))
    const gone = (...args: readonly string[]): Promise<CliResult> => rrsa('disassociate-role', ...args, '-y')
    expect((await gone(...ONE, '--delete-role')).exitCode).to.equal(9)
    await good(gone(...ONE))
    await good(gone(...ONE))
    expect(world.trustOf('r1')).to.deep.equal(policyOf({Sid: 'theirs'}, statement(['system:serviceaccount:ns1:sa2'])))
    addPolicy(world.ramState, 'Custom', 'mine')
    const two = ['--role-name', 'r2', '--namespace', 'ns1', '--service-account', 'sa1']
    await good(associate(...two, '--create-role-if-not-exist', '--attach-custom-policy', 'mine'))
    await good(gone(...two, '--delete-role'))
    expect(world.ramState.roles.has('r2')).to.equal(false)
    expect(world.writes()).to.deep.equal([
      'UpdateRole',
      'CreateRole',
      'AttachPolicyToRole',
      'DetachPolicyFromRole',
      'DeleteRole',
    ])
  })

  describe('deletes a role only while it trusts nobody else', () => {
    const SECOND = 'system:serviceaccount:ns1:sa2'
    const letIn = (sub: string): void => {
      const role = world.ramState.roles.get('r1')
      if (role) role.trustPolicy = JSON.stringify(policyOf(statement(), statement(sub)))
    }
    const remove = (...args: readonly string[]): Promise<CliResult> =>
      rrsa('disassociate-role', ...ONE, '--delete-role', '-y', ...args)

    beforeEach(async () => {
      addPolicy(world.ramState, 'Custom', 'mine')
      await good(associate(...ONE, '--create-role-if-not-exist', '--attach-custom-policy', 'mine'))
    })

    for (const [when, action, detached] of [
      ['the plan was made', 'ListPoliciesForRole', false],
      ['a policy was detached', 'DetachPolicyFromRole', true],
    ] as const)
      it(`and not if another service account was let in after ${when}`, async () => {
        between = (name) => {
          if (name === action) letIn(SECOND)
        }
        const {stdout, stderr, exitCode} = await remove('-o', 'json')
        expect(exitCode, stderr).to.equal(9)
        expect(stderr).to.contain(
          'RAM role r1 is not deleted, since it was changed meanwhile: its trust policy has other',
        )
        expect(stderr).to.match(detached ? /Next: attach to the role again what was detached/ : /Next: leave out --del/)
        expect(JSON.parse(stdout)).to.nested.include({
          'failure.code': 'PreconditionFailed',
          'changes[0].state': detached ? 'done' : 'failed',
          'changes[1].state': detached ? 'failed' : 'not done',
        })
        expect(world.trustOf('r1')).to.deep.equal(policyOf(statement(), statement(SECOND)))
        expect([...(world.ramState.attached.get('r1') ?? [])]).to.have.length(detached ? 0 : 1)
        expect(world.writes()).not.to.contain('DeleteRole')
      })

    it('and not if another role has its name by now', async () => {
      between = (name) => {
        if (name === 'ListPoliciesForRole') addRole(world.ramState, 'r1', policyOf(statement()), 'of somebody else')
      }
      const {stderr, exitCode} = await remove()
      expect(exitCode, stderr).to.equal(9)
      expect(stderr).to.contain('is not deleted, since it was changed meanwhile: this program did not create it')
      expect(world.ramState.roles.has('r1')).to.equal(true)
    })

    it('while no other run on this machine changes it', async () => {
      const cache = join(world.home.dir, 'cache')
      const locked: Record<string, boolean> = {}
      between = (name) => {
        if (/^(GetRole|Detach|Delete)/.test(name)) locked[name] ??= false
        if (existsSync(cache) && readdirSync(cache).some((file) => file.startsWith('rrsa-role-r1'))) locked[name] = true
      }
      await good(remove('--credential-cache-dir', cache))
      expect(locked).to.deep.equal({GetRole: true, DetachPolicyFromRole: true, DeleteRole: true})
      expect(world.ramState.roles.has('r1')).to.equal(false)
    })

    it('and says that a policy was attached meanwhile, which the next run detaches, too', async () => {
      addPolicy(world.ramState, 'Custom', 'late')
      between = (name) => {
        if (name === 'DeleteRole') world.ramState.attached.set('r1', new Set(['Custom/late']))
      }
      const {stderr, exitCode} = await remove()
      expect(exitCode, stderr).to.equal(9)
      expect(stderr)
        .to.contain('DeleteConflict.Role.Policy')
        .and.contain('Next: a policy was attached to the role mean')
      between = undefined
      await good(remove())
      expect(world.ramState.roles.has('r1')).to.equal(false)
    })

    it('and takes one that another run has deleted for done', async () => {
      between = (name) => {
        if (name !== 'DetachPolicyFromRole') return
        world.ramState.attached.delete('r1')
        world.ramState.roles.delete('r1')
        between = undefined
      }
      world.ram.failNext(1, 'lost reply', 'DetachPolicyFromRole')
      const {stderr, exitCode} = await remove()
      expect(exitCode, stderr).to.equal(0)
    })
  })

  it('warns of a policy that trusts nobody when it makes it so, and not again', async () => {
    addRole(world.ramState, 'r1', policyOf(statement()))
    const gone = async (): Promise<string> => (await rrsa('disassociate-role', ...ONE, '-y')).stderr
    expect(await gone()).to.contain('then trusts nobody')
    expect(await gone())
      .to.contain('nothing to do')
      .and.not.to.contain('trusts nobody')
  })

  describe('a statement of another form', () => {
    const FORMS: Readonly<Record<string, [change: (given: Statement) => object, said: string]>> = {
      'a further condition': [
        (given) => ({...given, Condition: {...given.Condition, IpAddress: {'acs:SourceIp': ['10.0.0.0/8']}}}),
        'a condition IpAddress acs:SourceIp',
      ],
      'another operator': [
        (given) => ({...given, Condition: {StringEqualsIgnoreCase: given.Condition?.['StringEquals']}}),
        ['aud', 'iss', 'sub'].map((key) => `a condition StringEqualsIgnoreCase oidc:${key}`).join(', '),
      ],
      'a member more': [(given) => ({...given, Sid: 'x'}), 'a member Sid'],
      'two providers': [
        (given) => ({...given, Principal: {Federated: [PROVIDER_ARN, `${PROVIDER_ARN}2`]}}),
        '2 providers in Federated',
      ],
      'no audience and issuer': [
        (given) => ({...given, Condition: {StringEquals: {'oidc:sub': SUBJECT}}}),
        'no condition on oidc:iss, no condition on oidc:aud',
      ],
      'an action in lower case': [(given) => ({...given, Action: ['sts:assumerole']}), 'Action sts:assumerole'],
      'a pattern': [() => statement('system:serviceaccount:*:sa1', 'StringLike'), 'a pattern for oidc:sub'],
    }
    const gone = (...args: readonly string[]): Promise<CliResult> => rrsa('disassociate-role', ...ONE, '-y', ...args)

    for (const [form, [change, said]] of Object.entries(FORMS))
      for (const enabled of [true, false])
        it(`stays, and so does access, which is said: ${form}, RRSA ${enabled ? 'enabled' : 'disabled'}`, async () => {
          const policy = policyOf(change(statementFor(world.issuer.issuer, SUBJECT)))
          addRole(world.ramState, 'r1', policy)
          if (!enabled) world.cluster.rrsa = {enabled: false}
          const {exitCode, stderr} = await gone()
          expect(exitCode, stderr).to.equal(9)
          expect(stderr)
            .to.contain('nothing was changed')
            .and.contain(`statement 1 (${said})`)
            .and.contain('by hand')
            .and.not.to.contain('nothing to do')
          expect(world.trustOf('r1')).to.deep.equal(policy)
          const dryRun = await good(gone('--dry-run'))
          expect(dryRun.stdout).to.contain(said).and.contain('it stays')
        })

    it('is told to programs, beside what was changed', async () => {
      addRole(world.ramState, 'r1', policyOf(statement(), {...statement(), Sid: 'x'}))
      const {exitCode, stdout} = await gone('--output', 'json')
      expect(exitCode).to.equal(9)
      expect(JSON.parse(stdout)).to.deep.include({
        changed: true,
        remaining: [{statement: 1, letsIn: 'maybe', form: 'a member Sid'}],
      })
      expect(world.trustOf('r1')).to.deep.equal(policyOf({...statement(), Sid: 'x'}))
    })

    it('is no failure where it lets nobody in, or is about others', async () => {
      const stale = statementFor('https://old.example', SUBJECT)
      const others = statementFor(world.issuer.issuer, 'system:serviceaccount:ns1:other')
      addRole(
        world.ramState,
        'r1',
        policyOf(stale, {...others, Condition: {StringEqualsIgnoreCase: others.Condition?.['StringEquals']}}),
      )
      const {stderr} = await good(gone())
      expect(stderr)
        .to.contain('statement 1')
        .and.contain('another oidc:iss')
        .and.contain('does not let it in now')
        .and.not.contain('statement 2')
        .and.not.contain('nothing to do')
    })
  })

  it('cleans up after RRSA was disabled, too', async () => {
    addRole(world.ramState, 'r1', policyOf({Sid: 'theirs'}, statement()))
    world.cluster.rrsa = {enabled: false}
    await good(rrsa('disassociate-role', ...ONE, '-y'))
    expect(world.trustOf('r1')).to.deep.equal(policyOf({Sid: 'theirs'}))
  })

  it('sets up an add-on once, and never takes a policy of other content for its own', async () => {
    const setUp = (...args: readonly string[]): Promise<CliResult> =>
      rrsa('setup-addon', '--addon-name', 'kritis-validation-hook', '-y', ...args)
    expect((await rrsa('setup-addon', '--addon-name', 'nosuch', '-y')).stderr).to.contain(
      'use one of: ack-erdma-controller, kritis-validation-hook',
    )
    await good(setUp())
    await good(setUp())
    const role = `kritis-validation-hook-${CLUSTER_ID}`
    expect(world.writes()).to.deep.equal(['CreatePolicy', 'CreateRole', 'AttachPolicyToRole'])
    expect(world.trustOf(role)).to.deep.equal(policyOf(statement('system:serviceaccount:kube-system:kritis')))
    const policy = world.ramState.policies.get('Custom/ack-addon-policy-kritis-validation-hook')
    policy?.versions.push(JSON.stringify({Version: '1', Statement: {Effect: 'Allow', Action: 'cr:*', Resource: '*'}}))
    const refused = await setUp()
    expect(refused.exitCode).to.equal(9)
    expect(refused.stderr)
      .to.match(/^- +"Action": "cr:\*"/m)
      .and.contain('--update-policy')
    await good(setUp('--update-policy'))
    policy?.versions.push(
      JSON.stringify({
        Version: '1',
        Statement: {Resource: ['*'], Effect: 'Allow', Action: ['cr:ListMetadataOccurrences', 'cr:ListInstance']},
      }),
    )
    expect((await good(setUp())).stderr).to.contain('already set up')
    expect(world.writes().at(-1)).to.equal('CreatePolicyVersion')
  })

  for (const fault of ['reset', 'lost reply'] as const)
    it(`ends up right where every other write meets a fault, too: ${fault}`, async () => {
      const actions = ['CreatePolicy', 'CreateRole', 'AttachPolicyToRole', 'CreatePolicyVersion']
      const gone = ['DetachPolicyFromRole', 'DeleteRole', 'UpdateRole']
      for (const action of [...actions, ...gone]) world.ram.failNext(1, fault, action)
      const setUp = ['--addon-name', 'ack-erdma-controller', '-y']
      await good(rrsa('setup-addon', ...setUp))
      const policy = world.ramState.policies.get('Custom/ack-addon-policy-ack-erdma-controller')
      policy?.versions.push('{}')
      await good(rrsa('setup-addon', ...setUp, '--update-policy'))
      expect(policy?.versions).to.have.length(3)
      const role = `ack-erdma-controller-${CLUSTER_ID}`
      const account = ['--namespace', 'ack-erdma-controller', '--service-account', 'ack-erdma-controller']
      await good(associate('--role-name', role, '--namespace', 'ns1', '--service-account', 'sa1'))
      await good(rrsa('disassociate-role', '--role-name', role, '--namespace', 'ns1', '--service-account', 'sa1', '-y'))
      await good(rrsa('disassociate-role', '--role-name', role, ...account, '--delete-role', '-y'))
      expect(world.ramState.roles.size).to.equal(0)
      expect(policy?.versions).to.have.length(3)
    })

  it('lists who may become what, and where trust and annotation differ', async () => {
    const annotated = (namespace: string, name: string, role: string): unknown =>
      world.addServiceAccount(namespace, name, {'pod-identity.alibabacloud.com/role-name': role})
    addRole(world.ramState, 'r1', policyOf(statement([SUBJECT, 'system:serviceaccount:ns1:sa2'])))
    addRole(world.ramState, 'r2', policyOf(statement('system:serviceaccount:ns2:*', 'StringLike')))
    addRole(world.ramState, 'r3', policyOf())
    annotated('ns1', 'sa1', 'r1')
    annotated('ns2', 'any', 'r2')
    annotated('ns3', 'sa3', 'r3')
    annotated('ns4', 'sa4', 'nosuch')
    annotated('ns4', 'sa5', 'nosuch')
    annotated('ns4', 'sa6', 'acs:ram::1:role/r1')
    world.addServiceAccount('ns5', 'plain')
    const {stdout} = await good(rrsa('list-associations', '-o', 'json'))
    const {associations} = JSON.parse(stdout) as {associations: readonly Record<string, unknown>[]}
    expect(
      associations.map(({role, namespace, serviceAccount, drift}) => [role, namespace, serviceAccount, drift]),
    ).to.deep.equal([
      ['r1', 'ns1', 'sa1', []],
      ['r1', 'ns1', 'sa2', ['missing annotation']],
      ['r2', 'ns2', '*', ['wildcard trust']],
      ['r2', 'ns2', 'any', []],
      ['r3', 'ns3', 'sa3', ['missing trust']],
      ['nosuch', 'ns4', 'sa4', ['missing role']],
      ['nosuch', 'ns4', 'sa5', ['missing role']],
      ['acs:ram::1:role/r1', 'ns4', 'sa6', ['missing role']],
    ])
    const isAboutMissing = ({parameters}: (typeof world.ram.requests)[number]): boolean =>
      parameters['RoleName'] === 'nosuch'
    expect(world.ram.requests.filter(isAboutMissing), 'asked for once').to.have.length(1)
    world.api.failNext(Infinity, {status: 403, code: 'Forbidden'})
    const without = await good(rrsa('list-associations'))
    expect(without.stdout).to.match(/^r1 +ns1 +sa1 +-$/m)
    expect(without.stderr).to.contain('could not be read')
  })

  it('lists nobody as let in whom the trust policy keeps out, and those whom it lets in by another form', async () => {
    const own = statementFor(world.issuer.issuer, SUBJECT)
    const equal = (changes: object): object => ({StringEquals: {...own.Condition?.['StringEquals'], ...changes}})
    const POLICIES = {
      denied: policyOf(own, {...own, Effect: 'Deny'}),
      'kept-out': policyOf({
        ...own,
        Condition: {
          StringEquals: {'oidc:aud': 'sts.aliyuncs.com', 'oidc:iss': world.issuer.issuer},
          StringNotEquals: {'oidc:sub': 'system:serviceaccount:kube-system:bad'},
        },
      }),
      elsewhere: policyOf({...own, Condition: equal({'oidc:iss': 'https://old.example'})}),
      'other-action': policyOf({...own, Action: 'sts:SetSourceIdentity'}),
      'every-provider': policyOf({...own, Principal: {Federated: ['*']}}),
      // As another tool may have written it: in StringEquals it is no pattern.
      literal: policyOf({...own, Condition: equal({'oidc:sub': 'system:serviceaccount:ns1:*'})}),
    }
    for (const [role, policy] of Object.entries(POLICIES)) addRole(world.ramState, role, policy)
    const annotate = (name: string, role: string): unknown =>
      world.addServiceAccount('ns1', name, {'pod-identity.alibabacloud.com/role-name': role})
    annotate('sa1', 'denied')
    annotate('other', 'kept-out')
    annotate('mine', 'other-action')
    const {stdout} = await good(rrsa('list-associations', '-o', 'json'))
    const {associations} = JSON.parse(stdout) as {associations: readonly Record<string, unknown>[]}
    expect(
      associations.map(({role, namespace, serviceAccount, isTrusted, drift}) => [
        role,
        `${String(namespace)}/${String(serviceAccount)}`,
        isTrusted,
        drift,
      ]),
    ).to.have.deep.members([
      ['denied', 'ns1/sa1', false, ['missing trust', 'a statement with the effect Deny']],
      ['kept-out', '*/*', undefined, ['a condition StringNotEquals oidc:sub', 'wildcard trust']],
      ['kept-out', 'ns1/other', undefined, ['a condition StringNotEquals oidc:sub']],
      ['elsewhere', 'ns1/sa1', false, ['missing trust', 'another oidc:iss']],
      ['every-provider', 'ns1/sa1', true, ['every provider in Federated', 'missing annotation']],
      ['other-action', 'ns1/mine', false, ['missing trust']],
    ])
    const disabling = (await good(rrsa('disable', '--dry-run'))).stdout
    const losing = [...disabling.matchAll(/RAM role (\S+) can no longer be assumed/g)].map(([, role]) => role)
    expect(losing).to.have.members(['kept-out', 'every-provider'])
  })

  it('says before it disables RRSA what would stop working', async () => {
    addRole(world.ramState, 'r1', policyOf(statement()))
    world.addServiceAccount('ns1', 'sa1', {'pod-identity.alibabacloud.com/role-name': 'r1'})
    const {stdout} = await good(rrsa('disable', '--dry-run'))
    expect(stdout).to.contain(`Warning: RAM role r1 can no longer be assumed by ${SUBJECT}`)
    expect(stdout).to.contain('Warning: service account ns1/sa1 loses role r1')
    world.ram.failNext(Infinity, {status: 403, code: 'NoPermission'})
    expect((await good(rrsa('disable', '-y'))).stderr).to.contain('the roles that trust the cluster could not be read')
  })

  it('takes an answer without its list for no answer, not for an empty list', async () => {
    await good(associate(...ONE, '--create-role-if-not-exist'))
    for (const [action, answer, ...args] of [
      ['ListRoles', {IsTruncated: false}, 'list-associations'],
      ['ListRoles', {Roles: {}}, 'list-associations'],
      ['ListPoliciesForRole', {}, 'disassociate-role', ...ONE, '--delete-role', '--dry-run'],
    ] as const) {
      world.ram.failNext(1, {answer}, action)
      const [command, ...more] = args
      const {exitCode, stdout, stderr} = await rrsa(command, ...more)
      expect({exitCode, stdout}, stderr).to.deep.equal({exitCode: 6, stdout: ''})
      expect(stderr).to.contain(`invalid response to ${action} from RAM`)
    }
    world.ram.failNext(1, {answer: {}}, 'ListRoles')
    expect((await good(rrsa('disable', '--dry-run'))).stdout).to.contain(
      'the roles that trust the cluster could not be read',
    )
  })

  it('says after disabling RRSA what is left', async () => {
    addRole(world.ramState, 'r1', policyOf(statement()))
    const {stdout, stderr} = await good(rrsa('disable', '-y', '--output', 'json'))
    expect(stderr).to.contain('left as they are: the trust policies of r1, which name the cluster')
    expect(JSON.parse(stdout)).to.deep.include({trustingRoles: ['r1'], changed: true})
  })
})
