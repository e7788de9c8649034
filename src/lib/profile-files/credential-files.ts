import {pathBelow} from '../base/files/path-below.ts'

/** The path of the aliyun CLI's profiles. */
export const cliConfigPath = (homeDir: string): string => pathBelow(homeDir, '.aliyun', 'config.json')

/** The path of the profiles of Alibaba Cloud's SDKs. */
export const credentialsIniPath = (homeDir: string): string => pathBelow(homeDir, '.alibabacloud', 'credentials')
