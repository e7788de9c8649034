import {expect} from 'chai'

import {listClusters, listClustersOfRegion} from '../../../src/lib/container-service/clusters.ts'
import {credentialsOf} from '../../support/credentials-of.ts'
import type {HttpCall} from '../../../src/lib/transport/http.ts'
import {failureOf} from '../../support/failure-of.ts'
import {jsonReply, testContext, type TestContext} from '../../support/source-context.ts'

const CALLER = credentialsOf({accessKeyId: 'LTAI', accessKeySecret: 'SECRET-key'})

const pageOf = ({url}: HttpCall): number => Number(new URL(url).searchParams.get('page_number'))
const answering = (answer: (page: number) => object): TestContext =>
  testContext({reply: (call) => jsonReply(answer(pageOf(call)))})
const cluster = (id: unknown, more: object = {}): object => ({cluster_id: id, ...more})

describe('listClusters', () => {
  it('ends where a list never does', async () => {
    const uncounted = 'the list of clusters is not complete: the Container Service does not say how many there are'
    for (const [what, answer, ids, calls, expected] of [
      ['the same page again and again', () => ({clusters: [cluster('c1')]}), ['c1'], 2, uncounted],
      [
        'empty pages of many',
        () => ({clusters: [], page_info: {total_count: 9}}),
        [],
        1,
        'the list of clusters is not complete: the Container Service counts 9 clusters and lists 0',
      ],
      ['none', () => ({clusters: null, page_info: {total_count: 0}}), [], 1, undefined],
      [
        'two pages in turn',
        (page: number) => ({clusters: [cluster(`c${page % 2}`)], page_info: {total_count: '2'}}),
        ['c1', 'c0'],
        3,
        uncounted,
      ],
    ] as const) {
      const context = answering(answer)
      const {clusters, gap} = await listClusters(CALLER, context)
      expect(gap, what).to.equal(expected)
      expect(
        clusters.map(({id}) => id),
        what,
      ).to.deep.equal(ids)
      expect(context.calls, what).to.have.length(calls)
    }
  })

  it('takes no answer without a list for an empty one', async () => {
    for (const answer of [{}, {clusters: null}, {clusters: null, page_info: {total_count: 1}}])
      expect(
        await failureOf(
          listClusters(
            CALLER,
            answering(() => answer),
          ),
        ),
      ).to.include({code: 'ServiceFailed'})
    const ofRegion = listClustersOfRegion(
      'r1',
      CALLER,
      answering(() => ({})),
    )
    expect(await failureOf(ofRegion)).to.include({code: 'ServiceFailed'})
    expect(
      await listClustersOfRegion(
        'r1',
        CALLER,
        answering(() => ({clusters: null})),
      ),
    ).to.deep.equal([])
  })

  it('reads all pages where they are smaller than it asked for, or have clusters that it leaves out', async () => {
    const all = ['c1', 'c2', 'c3', 'c4', 'c5']
    const context = answering((page) => ({
      clusters: all
        .slice(page - 1, page)
        .map((id) => cluster(id, {cluster_type: id === 'c2' ? 'aliyun' : 'Kubernetes'})),
      page_info: {total_count: all.length},
    }))
    const {clusters, gap} = await listClusters(CALLER, context, undefined, true)
    expect(clusters.map(({id}) => id)).to.deep.equal(['c1', 'c3', 'c4', 'c5'])
    expect(gap).to.equal(undefined)
    expect(context.calls).to.have.length(all.length)
  })

  it('takes no cluster whose ID is none, since it becomes part of paths, names and command lines', async () => {
    for (const id of [
      '',
      '.',
      '..',
      '../c1',
      'c1/../c2',
      '--help',
      '-c',
      '__proto__',
      'c 1',
      'c\n1',
      'ü',
      7,
      null,
      {},
    ]) {
      const error = await failureOf(
        listClusters(
          CALLER,
          answering(() => ({clusters: [cluster(id)]})),
        ),
      )
      expect(error, JSON.stringify(id)).to.include({code: 'ServiceFailed', exitCode: 6})
      expect(error.message).to.contain('an entry of its list is not a cluster')
    }
  })

  it('takes texts for texts, and everything else for nothing', async () => {
    const odd = {name: {}, region_id: 7, state: null, master_url: '[]', ['__proto__']: {id: 'x'}}
    const {
      clusters: [found],
    } = await listClusters(
      CALLER,
      answering(() => ({clusters: [cluster('c1', odd)]})),
    )
    expect(found).to.deep.equal({
      id: 'c1',
      name: '',
      region: '',
      state: '',
      apiServer: '',
      privateApiServer: '',
      tags: {},
    })
    for (const clusters of [{}, 'c1', 7, [[]], ['c1'], [null]]) {
      const error = await failureOf(
        listClusters(
          CALLER,
          answering(() => ({clusters})),
        ),
      )
      expect(error).to.include({code: 'ServiceFailed'})
    }
  })
})
