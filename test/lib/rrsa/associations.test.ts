import {setImmediate as nextTurn} from 'node:timers/promises'

import {expect} from 'chai'

import {readRoles} from '../../../src/lib/rrsa/associations.ts'
import {credentialsOf} from '../../support/credentials-of.ts'
import {ALICE} from '../../support/cluster-world.ts'
import {jsonReply, testContext} from '../../support/source-context.ts'

describe('readRoles', () => {
  it('asks for each role once, and for no more than six at once, which RAM would throttle', async () => {
    const asked: string[] = []
    let running = 0
    let most = 0
    const context = {
      ...testContext(),
      transport: async ({url}: {readonly url: string}) => {
        const name = new URL(url).searchParams.get('RoleName') ?? ''
        asked.push(name)
        running += 1
        most = Math.max(most, running)
        await nextTurn()
        running -= 1
        return name === 'r7'
          ? jsonReply({Code: 'EntityNotExist.Role'}, 404)
          : jsonReply({Role: {RoleName: name, Arn: `acs:ram::1:role/${name}`}})
      },
    }
    const names = Array.from({length: 20}, (_, index) => `r${index}`)
    const roles = await readRoles([...names, ...names], {caller: credentialsOf(ALICE), context})
    expect([...roles.keys()]).to.deep.equal(names.filter((name) => name !== 'r7'))
    expect(asked).to.deep.equal(names)
    expect(most).to.equal(6)
  })
})
