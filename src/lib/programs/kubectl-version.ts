import {devNull} from 'node:os'

import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import type {Runtime} from '../base/runtime.ts'
import {findPrograms} from './find-programs.ts'
import {outputOf} from './run-program.ts'
import {shownVersion} from './tool-version.ts'

/** The kubectl at hand. */
export interface Kubectl {
  readonly path: string
  /** As it says it, such as `v1.32.4`; `unknown` if it says none. */
  readonly version: string
  /** Whether it knows `client.authentication.k8s.io/v1`, as kubectl does since 1.22. */
  readonly knowsExecV1: boolean
}

/** Asks the kubectl in PATH for its version, which takes no call; undefined without one. */
export const findKubectl = async (runtime: Pick<Runtime, 'env' | 'platform'>): Promise<Kubectl | undefined> => {
  const [path] = findPrograms('kubectl', runtime)
  if (path === undefined) return undefined
  // It reads its kubeconfig all the same, which may be a pipe that can be read once, or hangs.
  const printed = await outputOf(path, ['version', '--client', '-o', 'json'], runtime, {KUBECONFIG: devNull})
  const info = parseJsonObject(printed ?? '')
  const client = info?.['clientVersion']
  const version =
    isJsonObject(client) && typeof client['gitVersion'] === 'string' ? shownVersion(client['gitVersion']) : 'unknown'
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1] ?? Number.NaN)
  return {path, version, knowsExecV1: minor >= 22}
}
