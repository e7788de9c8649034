import type {FuzzTarget} from './fuzz-target.ts'
import {claims} from './targets/claims.ts'
import {commandLine} from './targets/command-line.ts'
import {configJson} from './targets/config-json.ts'
import {containerService} from './targets/container-service.ts'
import {credentialsIni} from './targets/credentials-ini.ts'
import {defaultsFile} from './targets/defaults-file.ts'
import {execInfo} from './targets/exec-info.ts'
import {kubeconfig} from './targets/kubeconfig.ts'
import {imds, uri} from './targets/metadata.ts'
import {external, plugin} from './targets/printed.ts'
import {ram} from './targets/ram.ts'
import {rbacLists} from './targets/rbac-lists.ts'
import {sts} from './targets/sts.ts'
import {token} from './targets/token.ts'
import {trustPolicy} from './targets/trust-policy.ts'

const ALL = [
  execInfo,
  configJson,
  credentialsIni,
  defaultsFile,
  kubeconfig,
  token,
  claims,
  commandLine,
  trustPolicy,
  rbacLists,
  sts,
  containerService,
  ram,
  imds,
  uri,
  external,
  plugin,
]

/** All that is read from others, by name. */
export const TARGETS: ReadonlyMap<string, FuzzTarget<unknown>> = new Map(
  // An input only ever comes back to the target that has made it.
  ALL.map((target) => [target.name, target as unknown as FuzzTarget<unknown>]),
)
