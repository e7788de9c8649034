import {isStandalone, type Runtime} from './runtime.ts'

/** The short hash of the commit that was built, empty where that is not known: the bundlers put it in. */
declare const BUILD_COMMIT: string

/** What is running: for `version` and for reports. */
export interface BuildInfo {
  readonly version: string
  /** Empty for a build that was not made from a repository. */
  readonly commit: string
  /** The engine with its version, such as `Node.js v22.1.0`. */
  readonly runtime: string
  /** Whether this is the standalone executable, which brings its engine along. */
  readonly isStandalone: boolean
  /** `<os>/<arch>`, as Node names them. */
  readonly platform: string
}

/** What this program is built of and runs on. */
export const buildInfo = ({version, platform, arch}: Pick<Runtime, 'version' | 'platform' | 'arch'>): BuildInfo => {
  const {bun} = process.versions as {readonly bun?: string}
  return {
    version,
    commit: typeof BUILD_COMMIT === 'undefined' ? '' : BUILD_COMMIT,
    runtime: bun === undefined ? `Node.js ${process.version}` : `Bun ${bun}`,
    isStandalone: isStandalone(),
    platform: `${platform}/${arch}`,
  }
}
