import {expect} from 'chai'

import {addPolicy} from '../local-cloud/ram-state.ts'
import {CLUSTER_ID} from '../support/cluster-world.ts'
import {startRrsaWorld, type RrsaWorld} from '../support/rrsa-world.ts'

/** As the Go project's own scripts write them. */
const LINES: readonly string[] = [
  `rrsa -y -c ${CLUSTER_ID} enable`,
  `rrsa -y -c ${CLUSTER_ID} status`,
  `rrsa -y -c ${CLUSTER_ID} install-helper-addon`,
  `rrsa -y --cluster-id ${CLUSTER_ID} associate-role --role-name e2e-test-rrsa-demo --namespace rrsa-demo --service-account demo-sa --create-role-if-not-exist --attach-system-policy AliyunCSReadOnlyAccess`,
  `rrsa setup-addon --addon-name kritis-validation-hook --cluster-id ${CLUSTER_ID} -y`,
  `rrsa associate-role -c ${CLUSTER_ID} -r e2e-test-rrsa-demo -n rrsa-demo -s other -y`,
  `rrsa -r r2 -n rrsa-demo -c ${CLUSTER_ID} -s * associate-role --create-role-if-not-exist -y`,
  `rrsa demo --no-loop --region cn-hangzhou`,
  `rrsa disable -yc ${CLUSTER_ID}`,
]

describe("the Go project's command lines", () => {
  let world: RrsaWorld

  before(async () => {
    world = await startRrsaWorld({enabled: false})
    addPolicy(world.ramState, 'System', 'AliyunCSReadOnlyAccess')
  })
  after(() => world.close())

  for (const line of LINES)
    it(line.replace(CLUSTER_ID, '<id>'), async () => {
      const {exitCode, stderr} = await world.run(line.split(' '))
      expect(exitCode, stderr).to.equal(0)
    })

  it('have done what they say', () => {
    expect([...world.ramState.roles.keys()]).to.deep.equal([
      'e2e-test-rrsa-demo',
      `kritis-validation-hook-${CLUSTER_ID}`,
      'r2',
    ])
    expect(world.cluster.rrsa.enabled).to.equal(false)
  })

  it('are refused where the Go tool would do something else, and exits with 0', async () => {
    for (const line of ['rrsa nosuch', 'rrsa status', `rrsa status -c `, `rrsa associate-role -c ${CLUSTER_ID} -y`]) {
      const {exitCode, stdout} = await world.run(line.split(' '))
      expect({exitCode, stdout}, line).to.deep.equal({exitCode: 2, stdout: ''})
    }
  })
})
