import {pathBelow} from '../base/files/path-below.ts'

/** Where the aliyun CLI keeps its profiles. */
export const cliConfigPath = (homeDir: string): string => pathBelow(homeDir, '.aliyun', 'config.json')

/** Where Alibaba Cloud's SDKs look for theirs. */
export const credentialsIniPath = (homeDir: string): string => pathBelow(homeDir, '.alibabacloud', 'credentials')
