import {expect} from 'chai'

import {
  callContainerService,
  listFromContainerService,
  tellContainerService,
} from '../../../src/lib/container-service/cs-call.ts'
import {credentialsOf} from '../../support/credentials-of.ts'
import {ALICE} from '../../support/cluster-world.ts'
import {failureOf} from '../../support/failure-of.ts'
import {jsonReply, testContext} from '../../support/source-context.ts'

const CALLER = credentialsOf(ALICE)
const REQUEST = {action: 'CleanEverything', path: '/clusters/c1', subject: 'cluster c1'}

describe('calls of the Container Service', () => {
  it('send a document as JSON, signed with its type, and are made once if told', async () => {
    const context = testContext({reply: () => jsonReply({task_id: 'T-1'}, 202)})
    await callContainerService({...REQUEST, method: 'PUT', body: {a: 'ü'}, once: true}, CALLER, context)
    const [call] = context.calls
    expect(call).to.include({method: 'PUT', body: '{"a":"ü"}', once: true})
    expect(call?.headers).to.include({'content-type': 'application/json; charset=utf-8'})
    expect(call?.headers?.['authorization']).to.contain('SignedHeaders=content-type;host;')
    expect(call?.renew?.(new Date())).to.include({body: '{"a":"ü"}', once: true})
  })

  it('take an object, a list, or nothing at all, as each action answers', async () => {
    const list = testContext({reply: () => ({status: 200, body: '[{"a":1}]'})})
    expect(await listFromContainerService(REQUEST, CALLER, list)).to.deep.equal([{a: 1}])
    expect((await failureOf(callContainerService(REQUEST, CALLER, list))).code).to.equal('ServiceFailed')
    const nothing = testContext({reply: () => ({status: 200, body: ''})})
    await tellContainerService({...REQUEST, method: 'DELETE'}, CALLER, nothing)
    expect(nothing.calls[0]).to.include({method: 'DELETE'})
    expect((await failureOf(listFromContainerService(REQUEST, CALLER, nothing))).code).to.equal('ServiceFailed')
  })

  it('name the permission that is missing: what the service says, else the action', async () => {
    const denied = (detail: object): ReturnType<typeof testContext> =>
      testContext({reply: () => jsonReply({code: 'StatusForbidden', message: 'no', ...detail}, 403)})
    const step = async (detail: object): Promise<string> =>
      (await failureOf(tellContainerService(REQUEST, CALLER, denied(detail)))).nextStep
    expect(await step({})).to.equal('grant the caller the RAM permission cs:CleanEverything on cluster c1')
    expect(await step({accessDeniedDetail: {AuthAction: 'cs:Other'}})).to.contain('cs:Other on cluster c1')
  })
})
