import {loadPrism} from '@ruby/prism'
import {expect} from 'chai'
import {parse} from 'yaml'

import {packageManagerFiles} from '../../scripts/release/package-managers.ts'
import {readProduct, type Release} from '../../scripts/release/release.ts'
import {archiveOf, TARGETS} from '../../scripts/release/targets.ts'

describe('the files for package managers', () => {
  const sums = new Map(TARGETS.map((target, index) => [archiveOf(target), String(index).repeat(64)]))
  const sumOf = (name: string): string | undefined => sums.get(name)
  let release: Release
  let files: ReadonlyMap<string, string>
  let downloads: string

  before(async () => {
    release = {...(await readProduct()), version: '1.2.3', sums}
    files = packageManagerFiles(release)
    downloads = `${release.repository}/releases/download/v1.2.3`
  })

  const fileOf = (path: string): string => files.get(path) ?? expect.fail(`${path} is not there`)

  it('are not made of archives that were not built', () => {
    expect(() => packageManagerFiles({...release, sums: new Map()})).to.throw('has no sum')
  })

  it('are a Homebrew formula that Ruby parses, with the sum of each archive', async () => {
    const formula = fileOf('homebrew/ack-ram-tool.rb')
    const prism = await loadPrism()
    expect(prism(formula).errors).to.deep.equal([])
    expect(prism(formula.replace('class', 'clas')).errors, 'a formula that is broken').not.to.deep.equal([])
    const pairs = [...formula.matchAll(/url "(.*)\/(.*)"\n +sha256 "(.*)"/g)].map(([, dir, name, sum]) => ({
      dir,
      name,
      sum,
    }))
    const names = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'].map(
      (name) => `ack-ram-tool-${name}.tar.gz`,
    )
    expect(pairs).to.deep.equal(names.map((name) => ({dir: downloads, name, sum: sumOf(name)})))
    const [, desc = ''] = /^ {2}desc "(.*)"$/m.exec(formula) ?? []
    // As `brew audit` wants it.
    expect(desc).to.match(/^(?!an? |the |ack-ram-tool)[A-Z].{1,78}[^.]$/i)
    expect(formula).to.contain('version "1.2.3"').and.contain('bin.install "ack-ram-tool"')
    expect(formula).to.contain('man1.install Dir["man/*.1"]')
  })

  it('are a krew manifest whose platforms are one for each selector', () => {
    const manifest = parse(fileOf('krew/ack-ram-tool.yaml')) as KrewManifest
    expect(manifest).to.include({apiVersion: 'krew.googlecontainertools.github.com/v1alpha2', kind: 'Plugin'})
    const {version, shortDescription, platforms} = manifest.spec
    expect(version).to.equal('v1.2.3')
    expect(shortDescription).to.match(/^.{1,50}[^.]$/)
    const selectors = platforms.map(({selector: {matchLabels}}) => `${matchLabels.os}/${matchLabels.arch}`)
    expect(selectors).to.have.members(['darwin/arm64', 'darwin/amd64', 'linux/arm64', 'linux/amd64', 'windows/amd64'])
    for (const {uri, sha256, bin, files: from} of platforms) {
      expect(uri.slice(0, uri.lastIndexOf('/'))).to.equal(downloads)
      expect(sha256).to.equal(sumOf(uri.slice(uri.lastIndexOf('/') + 1)))
      expect(from.map((file) => file.from)).to.include(bin)
      expect(from.every(({to}) => to === '.')).to.equal(true)
      expect(bin).to.equal(uri.endsWith('.zip') ? 'ack-ram-tool.exe' : 'ack-ram-tool')
    }
  })

  it('are a Scoop manifest that updates itself', () => {
    const name = 'ack-ram-tool-win32-x64.zip'
    const manifest = JSON.parse(fileOf('scoop/ack-ram-tool.json')) as Record<string, unknown>
    expect(manifest).to.include({version: '1.2.3', license: 'Apache-2.0', bin: 'ack-ram-tool.exe'})
    expect(manifest['architecture']).to.deep.equal({'64bit': {url: `${downloads}/${name}`, hash: sumOf(name)}})
    expect(JSON.stringify(manifest['autoupdate'])).to.contain('/v$version/').and.contain('/SHA256SUMS')
  })

  it('are three winget manifests of one package and version', () => {
    const all = [...files].filter(([path]) => path.startsWith('winget/'))
    const manifests = all.map(([path, text]) => ({path, manifest: parse(text) as WingetManifest}))
    expect(manifests.map(({manifest}) => manifest.ManifestType)).to.have.members([
      'version',
      'installer',
      'defaultLocale',
    ])
    for (const {path, manifest} of manifests) {
      const {PackageIdentifier, PackageVersion} = manifest
      expect(path).to.match(new RegExp(`^winget/${PackageIdentifier}(\\.installer|\\.locale\\.en-US)?\\.yaml$`))
      expect(PackageVersion).to.equal('1.2.3')
    }
    const [installer] = manifests.flatMap(({manifest}) => manifest.Installers ?? [])
    const name = 'ack-ram-tool-win32-x64.zip'
    expect(installer).to.deep.equal({
      Architecture: 'x64',
      InstallerUrl: `${downloads}/${name}`,
      InstallerSha256: sumOf(name)?.toUpperCase(),
    })
  })
})

interface KrewManifest {
  readonly spec: {
    readonly version: string
    readonly shortDescription: string
    readonly platforms: readonly {
      readonly selector: {readonly matchLabels: {readonly os: string; readonly arch: string}}
      readonly uri: string
      readonly sha256: string
      readonly bin: string
      readonly files: readonly {readonly from: string; readonly to: string}[]
    }[]
  }
}

interface WingetManifest {
  readonly PackageIdentifier: string
  readonly PackageVersion: string
  readonly ManifestType: string
  readonly Installers?: readonly object[]
}
