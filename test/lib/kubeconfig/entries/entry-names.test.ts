import {expect} from 'chai'

import type {DesiredCluster} from '../../../../src/lib/kubeconfig/entries/desired-entries.ts'
import {entryNames} from '../../../../src/lib/kubeconfig/entries/entry-names.ts'

const cluster = (context: string, user: string, clusterId: string, exec: object = {}): DesiredCluster => ({
  contextName: context,
  entries: [
    {kind: 'contexts', name: context, fields: {cluster: clusterId, user}},
    {kind: 'clusters', name: clusterId, fields: {server: `https://${clusterId}`}},
    {kind: 'users', name: user, fields: {exec}},
  ],
})

describe('entryNames', () => {
  it('lets clusters through that have names of their own, or share a user that is the same', () => {
    const isFree = entryNames()
    for (const one of [cluster('a', 'u', 'c1'), cluster('b', 'u', 'c2'), cluster('a', 'u', 'c1')])
      expect(isFree(one)).to.equal(true)
  })

  it('lets none through that would overwrite an entry of another one, and none of its names count then', () => {
    const isFree = entryNames()
    expect(isFree(cluster('a', 'u', 'c1'))).to.equal(true)
    expect(isFree(cluster('a', 'v', 'c2'))).to.equal(false)
    expect(isFree(cluster('b', 'u', 'c2', {args: ['c2']}))).to.equal(false)
    expect(isFree(cluster('__proto__', '__proto__', '__proto__'))).to.equal(true)
    expect(isFree(cluster('b', 'v', 'c2'))).to.equal(true)
  })
})
