import {expect} from 'chai'

import {nearest} from '../../../src/lib/base/nearest.ts'

describe('what was probably meant', () => {
  const FLAGS = [
    '--cluster-id',
    '--profile-file',
    '--profile-name',
    '--region-id',
    '--output',
    '--timeout',
    '--role-arn',
  ]
  const COMMANDS = [
    'credential-plugin get-token',
    'auth whoami',
    'list-clusters',
    'doctor',
    'version',
    'credential-plugin',
  ]

  for (const [typed, meant] of [
    ['--clusterid', '--cluster-id'],
    ['--cluster_id', '--cluster-id'],
    ['--ClusterId', '--cluster-id'],
    ['--profile', ['--profile-file', '--profile-name']],
    ['--region', '--region-id'],
    ['--ouput', '--output'],
    ['--timeuot', '--timeout'],
    ['--role-am', '--role-arn'],
  ] as const)
    it(`of a flag: ${typed}`, () => {
      expect(nearest(typed, FLAGS)).to.deep.equal([meant].flat())
    })

  for (const [typed, meant] of [
    ['get-token', 'credential-plugin get-token'],
    ['credential-plugin get-tokne', 'credential-plugin get-token'],
    ['credential-plugn', 'credential-plugin'],
    ['whoami', 'auth whoami'],
    ['doktor', 'doctor'],
    ['list-cluster', 'list-clusters'],
  ] as const)
    it(`of a command: ${typed}`, () => {
      expect(nearest(typed, COMMANDS)).to.deep.equal([meant])
    })

  it('is nothing where nothing is near', () => {
    for (const typed of ['', '-', '-x', '--nonsense', 'deploy', 'SECRET-of-somebody'])
      expect(nearest(typed, [...FLAGS, ...COMMANDS]), typed).to.deep.equal([])
  })
})
