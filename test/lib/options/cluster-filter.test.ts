import {expect} from 'chai'

import {readClusterFilter} from '../../../src/lib/options/cluster-filter.ts'

const CLUSTER = {id: 'c1', name: 'prod-1', region: 'cn-hangzhou', state: 'running', tags: {}}

describe('a filter of clusters', () => {
  const matches = (pattern: string, name: string): boolean => {
    const filter = readClusterFilter({filter: [`name=${pattern}`]})
    return filter?.({...CLUSTER, name}) ?? false
  }

  it('takes * for any text and ? for a character, and a backslash takes their meaning away', () => {
    for (const [pattern, name] of [
      ['prod-*', 'prod-'],
      ['*-?', 'prod-\n'],
      ['?*?', 'ab'],
      ['?', '😀'],
      [String.raw`\*\?\\`, String.raw`*?\ `.trim()],
      [String.raw`a\b\.`, 'ab.'],
      ['a\\', 'a\\'],
      ['a.+(b)', 'a.+(b)'],
    ] as const)
      expect(matches(pattern, name), `${pattern} ${name}`).to.equal(true)
    for (const [pattern, name] of [
      ['prod-*', 'my-prod-1'],
      ['prod-?', 'prod-10'],
      ['?', '😀😀'],
      [String.raw`\*`, 'a'],
      ['a.c', 'abc'],
    ] as const)
      expect(matches(pattern, name), `${pattern} ${name}`).to.equal(false)
  })

  it('is quick with many stars', function () {
    // Some seconds for a regular expression.
    this.timeout(1000)
    expect(matches(`${'*a'.repeat(7)}b`, 'a'.repeat(63))).to.equal(false)
  })
})
