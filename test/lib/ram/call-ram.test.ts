import {expect} from 'chai'

import {serviceClock} from '../../../src/lib/cache/service-clock.ts'
import {AckError} from '../../../src/lib/base/errors.ts'
import {credentialsOf} from '../../support/credentials-of.ts'
import type {SourceContext} from '../../../src/lib/credentials/source-context.ts'
import {readGlobalOptions} from '../../../src/lib/options/global-options.ts'
import type {Calling} from '../../../src/lib/ram/call-ram.ts'
import {createPolicy, getPolicyDocument, listPoliciesOfRole, attachPolicy} from '../../../src/lib/ram/policies.ts'
import {chooseRamEndpoint} from '../../../src/lib/ram/ram-endpoints.ts'
import {createRole, getRole, listRoles, updateTrustPolicy} from '../../../src/lib/ram/roles.ts'
import {createTransport} from '../../../src/lib/transport/transport.ts'
import {startLocalRam, type LocalRam} from '../../local-cloud/ram.ts'
import {addRole, createRamState, type RamState} from '../../local-cloud/ram-state.ts'
import {ALICE} from '../../support/cluster-world.ts'
import {failureOf} from '../../support/failure-of.ts'
import {freshNonce, recordingLog, testRuntime} from '../../support/runtime.ts'

const TRUST = '{"Statement":[],"Version":"1"}'

describe('callRam', () => {
  let state: RamState
  let ram: LocalRam
  let calling: Calling

  beforeEach(async () => {
    state = createRamState('1')
    ram = await startLocalRam({identities: () => [ALICE], state})
    const log = recordingLog()
    const runtime = testRuntime({nonce: freshNonce, now: () => new Date()})
    const transport = createTransport({runtime, log, pause: () => Promise.resolve()})
    const options = readGlobalOptions({flags: {'ram-endpoint': ram.endpoint}, execInfo: {}, env: {}})
    const context: SourceContext = {runtime, clock: serviceClock(runtime), log, options, flags: {}, transport}
    calling = {caller: credentialsOf(ALICE), context}
  })
  afterEach(() => ram.close())

  const role = {name: 'r1', description: 'of a test', trustPolicy: TRUST}

  it('is called where the user says, else at its own address, or that of a VPC', () => {
    const hostOf = (ramEndpoint: string | undefined, usesVpc = false): string =>
      chooseRamEndpoint({ramEndpoint: ramEndpoint === undefined ? undefined : {value: ramEndpoint, from: 'x'}, usesVpc})
        .host
    expect([hostOf(undefined), hostOf(undefined, true), hostOf('ram.example:1', true)]).to.deep.equal([
      'ram.aliyuncs.com',
      'ram.vpc-proxy.aliyuncs.com',
      'ram.example:1',
    ])
    expect(() => hostOf('http://nowhere/x')).to.throw(AckError, 'invalid endpoint in x')
  })

  it('sends documents in the body, and nothing of them in the URL', async () => {
    expect(await createRole(role, calling)).to.equal(true)
    await updateTrustPolicy('r1', `${TRUST} `, calling)
    await createPolicy({name: 'p1', description: 'd', document: '{"a":"ü+&= "}'}, calling)
    expect(await getPolicyDocument({type: 'Custom', name: 'p1'}, calling)).to.equal('{"a":"ü+&= "}')
    expect((await getRole('r1', calling))?.trustPolicy).to.equal(`${TRUST} `)
    for (const request of ram.requests) expect(request).not.to.have.property('documentInUrl')
  })

  it('takes what is not there, and what is there already, for an answer', async () => {
    expect(await getRole('r1', calling)).to.equal(undefined)
    expect(await getPolicyDocument({type: 'System', name: 'p1'}, calling)).to.equal(undefined)
    await createRole(role, calling)
    expect(await createRole(role, calling)).to.equal(false)
    await createPolicy({name: 'p1', description: 'd', document: '{}'}, calling)
    await attachPolicy({type: 'Custom', name: 'p1'}, 'r1', calling)
    await attachPolicy({type: 'Custom', name: 'p1'}, 'r1', calling)
    expect(await listPoliciesOfRole('r1', calling)).to.deep.equal([{type: 'Custom', name: 'p1'}])
  })

  it('does not make a change again whose reply was lost, but one that was throttled', async () => {
    ram.failNext(1, 'lost reply', 'CreateRole')
    expect((await failureOf(createRole(role, calling))).code).to.equal('NetworkFailed')
    expect(state.roles.has('r1')).to.equal(true)
    ram.failNext(1, {status: 503, code: 'ServiceUnavailable'}, 'UpdateRole')
    expect((await failureOf(updateTrustPolicy('r1', TRUST, calling))).code).to.equal('ServiceFailed')
    ram.failNext(1, {status: 400, code: 'Throttling.User'}, 'UpdateRole')
    await updateTrustPolicy('r1', TRUST, calling)
    expect(ram.requests.map(({action}) => action)).to.deep.equal([
      'CreateRole',
      'UpdateRole',
      'UpdateRole',
      'UpdateRole',
    ])
  })

  it('reads again what only reads', async () => {
    ram.failNext(2, 'reset', 'GetRole')
    expect(await getRole('r1', calling)).to.equal(undefined)
  })

  it('lists every page, and the last one, which may be short', async () => {
    for (let n = 0; n < 7; n += 1) addRole(state, `r${n}`, TRUST)
    state.pageSize = 3
    expect((await listRoles(calling)).map(({name}) => name)).to.have.members(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6'])
    expect(ram.requests).to.have.length(3)
  })

  it('names the missing permission: what RAM says, else the action', async () => {
    ram.failNext(1, {status: 403, code: 'NoPermission', authAction: 'ram:GetRoleOfOthers'})
    expect((await failureOf(getRole('r1', calling))).nextStep).to.equal(
      'grant the caller the RAM permission ram:GetRoleOfOthers on role r1',
    )
    ram.failNext(1, {status: 403, code: 'NoPermission'})
    expect((await failureOf(getRole('r1', calling))).nextStep).to.contain('ram:GetRole on role r1')
  })
})
