import {expect} from 'chai'

import {listKubeconfigStates} from '../../../src/lib/container-service/user-permissions.ts'
import {credentialsOf} from '../../support/credentials-of.ts'
import {failureOf} from '../../support/failure-of.ts'
import {jsonReply, testContext} from '../../support/source-context.ts'

describe('listKubeconfigStates', () => {
  it('reads all pages where they are smaller than it asked for', async () => {
    const ids = ['2001', '2002', '2003']
    const context = testContext({
      reply: ({url}) => {
        const page = Number(new URL(url).searchParams.get('pageNumber'))
        const states = ids.slice(page - 1, page).map((id) => ({account_id: id}))
        return jsonReply({states, page: {total_count: ids.length}})
      },
    })
    const caller = credentialsOf({accessKeyId: 'LTAI', accessKeySecret: 'SECRET-key'})
    const states = await listKubeconfigStates({clusterId: 'c1', caller, context})
    expect(states.map(({accountId}) => accountId)).to.deep.equal(ids)
    expect(context.calls).to.have.length(ids.length)
  })

  it('takes no answer for the statement that there are none, unless it is one', async () => {
    const caller = credentialsOf({accessKeyId: 'LTAI', accessKeySecret: 'SECRET-key'})
    const of = (answer: object): ReturnType<typeof listKubeconfigStates> =>
      listKubeconfigStates({clusterId: 'c1', caller, context: testContext({reply: () => jsonReply(answer)})})
    for (const answer of [
      {},
      {states: null},
      {states: null, page: {total_count: 2}},
      {states: [], page: {total_count: 2}},
      {page: {total_count: '0'}},
    ])
      expect(await failureOf(of(answer)), JSON.stringify(answer)).to.include({code: 'ServiceFailed'})
    for (const answer of [{states: []}, {states: null, page: {total_count: 0}}, {page: {total_count: 0}}])
      expect(await of(answer), JSON.stringify(answer)).to.deep.equal([])
  })

  it('takes no list for a whole one that ends before its number of states', async () => {
    const context = testContext({
      reply: ({url}) => {
        const isFirst = new URL(url).searchParams.get('pageNumber') === '1'
        return jsonReply({states: isFirst ? [{account_id: '2001'}] : [], page: {total_count: 2}})
      },
    })
    const caller = credentialsOf({accessKeyId: 'LTAI', accessKeySecret: 'SECRET-key'})
    const failure = await failureOf(listKubeconfigStates({clusterId: 'c1', caller, context}))
    expect(failure).to.include({code: 'ServiceFailed'})
    expect(failure.message).to.contain('it has 1 states of 2')
  })
})
