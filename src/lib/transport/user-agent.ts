import type {Runtime} from '../base/runtime.ts'

const GO_PLATFORMS: Readonly<Record<string, string>> = {win32: 'windows'}
const GO_ARCHITECTURES: Readonly<Record<string, string>> = {x64: 'amd64', ia32: '386'}

/** `ack-ram-tool/<version> (<os>/<arch>)`, with Go's names for both, as the Go tool sends it. */
export const userAgent = ({version, platform, arch}: Pick<Runtime, 'version' | 'platform' | 'arch'>): string =>
  `ack-ram-tool/${version} (${GO_PLATFORMS[platform] ?? platform}/${GO_ARCHITECTURES[arch] ?? arch})`
