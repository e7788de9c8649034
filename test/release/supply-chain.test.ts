import {lstat, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {readLock, withoutDevelopment, type Lock} from '../../scripts/release/pinned-packages.ts'
import {makeSbom} from '../../scripts/release/sbom.ts'
import {shippedPackages, type ShippedPackage} from '../../scripts/release/shipped-packages.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What may be part of a program under the Apache License 2.0. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
])
/** Tools of development that have an install script, which is run nowhere: each was read. */
const WITH_SCRIPT = ['@alicloud/openapi-core', 'bun', 'esbuild', 'yarn']

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

describe('what others have written', () => {
  let lock: Lock
  let shipped: readonly ShippedPackage[]

  before(async () => {
    lock = await readLock(ROOT)
    shipped = await shippedPackages(ROOT)
  })

  it('is pinned to one version, which the lock file has with its hash', async () => {
    const {dependencies, devDependencies} = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest
    expect(Object.keys(dependencies)).to.have.length.at.most(3)
    for (const [name, version] of Object.entries({...dependencies, ...devDependencies}))
      expect(version, name).to.equal(lock.packages[`node_modules/${name}`]?.version)
    // What npm brings within itself has the hash of npm.
    for (const [place, {integrity, inBundle}] of Object.entries(lock.packages))
      if (place !== '' && inBundle !== true) expect(integrity, place).to.match(/^sha512-/)
  })

  it('is pinned for those who install the package, too, to the last package', () => {
    const {packages} = withoutDevelopment(lock)
    const installed = shipped.filter(({as}) => as.includes('installed')).map(({place}) => place)
    expect(Object.keys(packages)).to.have.members(['', ...installed])
    expect(packages['']).to.have.property('dependencies')
    expect(packages['']).not.to.have.property('devDependencies')
  })

  it('runs nothing when it is installed', async () => {
    const scripts = Object.entries(lock.packages).filter(([, {hasInstallScript}]) => hasInstallScript)
    expect(scripts.map(([place]) => place.replace(/^.*node_modules\//, '')).toSorted()).to.deep.equal(WITH_SCRIPT)
    for (const [place, {dev}] of scripts) expect(dev, place).to.equal(true)
    for (const file of ['.ci/run', '.github/workflows/ci.yml', '.github/workflows/release.yml']) {
      const installs = (await readFile(join(ROOT, file), 'utf8')).match(/npm ci.*/g)
      for (const command of installs ?? expect.fail(file)) expect(command, file).to.equal('npm ci --ignore-scripts')
    }
  })

  it('has a licence that ours goes with, and it is in what is shipped', async () => {
    const notices = await readFile(join(ROOT, 'dist/THIRD_PARTY_LICENSES.txt'), 'utf8')
    // The build whose lines are counted bundles no packages.
    expect(shipped.length).to.be.greaterThan(40)
    for (const {name, version, license} of shipped) {
      const choices = license.replaceAll(/[()]/g, '').split(' OR ')
      expect(
        choices.some((choice) => ALLOWED.has(choice)),
        `${name}: ${license}`,
      ).to.equal(true)
      expect(notices).to.contain(`${name} ${version} (${license})\n`)
    }
  })

  it('is listed in the bill of materials, which is the same each time, and nothing else', async function () {
    // npm makes none for the copy of which lines are counted: its packages are those of the clone.
    if ((await lstat(join(ROOT, 'node_modules'))).isSymbolicLink()) this.skip()
    const text = await makeSbom(ROOT)
    expect(await makeSbom(ROOT)).to.equal(text)
    const bom = JSON.parse(text) as Bom
    expect(bom).to.include({bomFormat: 'CycloneDX', specVersion: '1.5', version: 1})
    expect(bom.serialNumber).to.match(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(bom.metadata.component).to.include({type: 'application', name: 'ack-ram-tool'})
    const listed = bom.components.map(({name, version}) => `${name}@${version}`)
    const expected = new Set(shipped.map(({name, version}) => `${name}@${version}`))
    expect(new Set(listed)).to.deep.equal(expected)
    const refs = [bom.metadata.component, ...bom.components].map((component) => component['bom-ref'])
    expect(new Set(refs).size).to.equal(refs.length)
    for (const {purl, hashes} of bom.components) {
      expect(purl).to.match(/^pkg:npm\/\S+@\S+$/)
      expect(hashes[0]?.content).to.match(/^[0-9a-f]{128}$/)
    }
    for (const {ref, dependsOn} of bom.dependencies) expect(refs).to.include.members([ref, ...dependsOn])
    expect(text, 'paths and times of the build').not.to.contain(ROOT).and.not.contain('timestamp')
  })
})

interface Component {
  readonly 'bom-ref': string
  readonly type: string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes: readonly {readonly content: string}[]
}

interface Bom {
  readonly serialNumber: string
  readonly metadata: {readonly component: Component}
  readonly components: readonly Component[]
  readonly dependencies: readonly {readonly ref: string; readonly dependsOn: readonly string[]}[]
}
