import {stringify} from 'yaml'

import {NOTICES} from './archives.ts'
import {downloadOf, filesUrl, FIRST_STEPS, targetFor, type Release} from './release.ts'
import {commandOf, TARGETS} from './targets.ts'

/**
 * The files that package managers read, by their paths.
 *
 * @throws Error where an archive has no sum
 */
export const packageManagerFiles = (release: Release): ReadonlyMap<string, string> =>
  new Map([
    ['homebrew/ack-ram-tool.rb', homebrewFormula(release)],
    ['krew/ack-ram-tool.yaml', stringify(krewManifest(release))],
    ['scoop/ack-ram-tool.json', `${JSON.stringify(scoopManifest(release), undefined, 2)}\n`],
    ...wingetManifests(release).map(([file, content]): [string, string] => [
      `winget/${file}`,
      `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${content.ManifestType}.${WINGET_SCHEMA}.schema.json\n${stringify(content)}`,
    ]),
  ])

/** @see https://docs.brew.sh/Formula-Cookbook */
const homebrewFormula = (release: Release): string => {
  const source = (os: 'darwin' | 'linux', arch: 'amd64' | 'arm64'): string => {
    const {url, sha256} = downloadOf(release, targetFor(os, arch))
    return `    on_${arch === 'arm64' ? 'arm' : 'intel'} do
      url "${url}"
      sha256 "${sha256}"
    end`
  }
  return `class AckRamTool < Formula
  desc "${release.summary}"
  homepage "${release.homepage}"
  version "${release.version}"
  license "${release.license}"

  on_macos do
${source('darwin', 'arm64')}
${source('darwin', 'amd64')}
  end

  on_linux do
${source('linux', 'arm64')}
${source('linux', 'amd64')}
  end

  def install
    bin.install "ack-ram-tool"
    man1.install Dir["man/*.1"]
  end

  test do
    assert_match "ack-ram-tool/#{version}", shell_output("#{bin}/ack-ram-tool --version")
  end
end
`
}

/** @see https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/ */
const krewManifest = (release: Release): object => ({
  apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
  kind: 'Plugin',
  metadata: {name: 'ack-ram-tool'},
  spec: {
    version: `v${release.version}`,
    homepage: release.homepage,
    shortDescription: 'Log in to ACK clusters with a RAM identity',
    description: `${release.summary}.\n`,
    caveats: `kubectl looks for ack-ram-tool in PATH, where krew does not put it: merge a cluster with the path
  kubectl ack-ram-tool update-kubeconfig --cluster-id <id> --exec-command "$HOME/.krew/bin/kubectl-ack_ram_tool"
`,
    platforms: TARGETS.filter(({isMusl}) => isMusl !== true).map((target) => {
      const {url, sha256} = downloadOf(release, target)
      const license = target.os === 'windows' ? 'LICENSE.txt' : 'LICENSE'
      return {
        selector: {matchLabels: {os: target.os, arch: target.arch}},
        uri: url,
        sha256,
        bin: commandOf(target),
        files: [commandOf(target), license, NOTICES].map((from) => ({from, to: '.'})),
      }
    }),
  },
})

/** @see https://github.com/ScoopInstaller/Scoop/wiki/App-Manifests */
const scoopManifest = (release: Release): object => {
  const windows = targetFor('windows', 'amd64')
  const {url, sha256} = downloadOf(release, windows)
  const latest = filesUrl({...release, version: '$version'})
  return {
    version: release.version,
    description: release.summary,
    homepage: release.homepage,
    license: release.license,
    architecture: {'64bit': {url, hash: sha256}},
    bin: commandOf(windows),
    notes: `First: ${FIRST_STEPS}`,
    checkver: {github: release.repository},
    autoupdate: {
      architecture: {'64bit': {url: `${latest}/${url.slice(url.lastIndexOf('/') + 1)}`}},
      hash: {url: `${latest}/SHA256SUMS`},
    },
  }
}

const WINGET_SCHEMA = '1.10.0'

/** @see https://learn.microsoft.com/windows/package-manager/package/manifest */
const wingetManifests = (release: Release): readonly (readonly [string, {readonly ManifestType: string}])[] => {
  const windows = targetFor('windows', 'amd64')
  const {url, sha256} = downloadOf(release, windows)
  const id = 'AckRamTool.AckRamTool'
  const common = {PackageIdentifier: id, PackageVersion: release.version}
  const manifest = (ManifestType: string, content: object): {readonly ManifestType: string} => {
    const kind = {ManifestType, ManifestVersion: WINGET_SCHEMA}
    return {...common, ...content, ...kind}
  }
  return [
    [`${id}.yaml`, manifest('version', {DefaultLocale: 'en-US'})],
    [
      `${id}.installer.yaml`,
      manifest('installer', {
        InstallerType: 'zip',
        NestedInstallerType: 'portable',
        NestedInstallerFiles: [{RelativeFilePath: commandOf(windows), PortableCommandAlias: 'ack-ram-tool'}],
        Commands: ['ack-ram-tool'],
        Installers: [{Architecture: 'x64', InstallerUrl: url, InstallerSha256: sha256.toUpperCase()}],
      }),
    ],
    [
      `${id}.locale.en-US.yaml`,
      manifest('defaultLocale', {
        PackageLocale: 'en-US',
        Publisher: 'ack-ram-tool',
        PackageName: 'ack-ram-tool',
        PackageUrl: release.homepage,
        License: release.license,
        ShortDescription: release.summary,
        Tags: ['alibaba-cloud', 'kubectl', 'kubernetes'],
      }),
    ],
  ]
}
