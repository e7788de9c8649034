/** An executable that is released. */
export interface Target {
  /** As Node spells platform and architecture, with `-musl` for that C library; it ends the names of the files. */
  readonly name: string
  /** As Bun spells it; on x86-64 the one for processors without AVX. */
  readonly bun: string
  readonly os: 'darwin' | 'linux' | 'windows'
  /** As Go, Docker and krew spell it. */
  readonly arch: 'amd64' | 'arm64'
  readonly isMusl?: boolean
}

/** Every target: archives, sums, package managers, the image and install.sh follow from it. */
export const TARGETS: readonly Target[] = [
  {name: 'darwin-arm64', bun: 'bun-darwin-arm64', os: 'darwin', arch: 'arm64'},
  {name: 'darwin-x64', bun: 'bun-darwin-x64-baseline', os: 'darwin', arch: 'amd64'},
  {name: 'linux-arm64', bun: 'bun-linux-arm64', os: 'linux', arch: 'arm64'},
  {name: 'linux-arm64-musl', bun: 'bun-linux-arm64-musl', os: 'linux', arch: 'arm64', isMusl: true},
  {name: 'linux-x64', bun: 'bun-linux-x64-baseline', os: 'linux', arch: 'amd64'},
  {name: 'linux-x64-musl', bun: 'bun-linux-x64-musl-baseline', os: 'linux', arch: 'amd64', isMusl: true},
  {name: 'win32-x64', bun: 'bun-windows-x64-baseline', os: 'windows', arch: 'amd64'},
]

/** The executable as build-standalone.ts names it. */
export const executableOf = ({name, os}: Target): string => `ack-ram-tool-${name}${os === 'windows' ? '.exe' : ''}`

/** The executable inside its archive, and when it is installed. */
export const commandOf = ({os}: Target): string => `ack-ram-tool${os === 'windows' ? '.exe' : ''}`

/** Without a version, so that one address always has the latest. */
export const archiveOf = ({name, os}: Target): string => `ack-ram-tool-${name}.${os === 'windows' ? 'zip' : 'tar.gz'}`
