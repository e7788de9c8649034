import {expect} from 'chai'

import {listKubeconfigStates} from '../../../src/lib/container-service/user-permissions.ts'
import {credentialsOf} from '../../support/credentials-of.ts'
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
})
