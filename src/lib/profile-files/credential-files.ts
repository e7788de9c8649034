import {absolutePath} from '../base/files/absolute-path.ts'
import {pathBelow} from '../base/files/path-below.ts'
import type {Runtime} from '../base/runtime.ts'
import {expandHome} from '../base/files/expand-home.ts'

/** The variable that says where the aliyun CLI's profiles are. */
export const CONFIG_FILE_VARIABLE = 'ALIBABA_CLOUD_CONFIG_FILE'

type Where = Pick<Runtime, 'env' | 'homeDir'>

/** The path of the aliyun CLI's profiles, where its own variable says that they are; undefined without a home directory. */
export const cliConfigPath = ({env, homeDir}: Where): string | undefined => {
  const named = env[CONFIG_FILE_VARIABLE]
  if (named) return absolutePath(expandHome(named, homeDir))
  return homeDir === undefined ? undefined : pathBelow(homeDir, '.aliyun', 'config.json')
}

/** The path of the profiles of Alibaba Cloud's SDKs; undefined without a home directory. */
export const credentialsIniPath = ({homeDir}: Pick<Where, 'homeDir'>): string | undefined =>
  homeDir === undefined ? undefined : pathBelow(homeDir, '.alibabacloud', 'credentials')
