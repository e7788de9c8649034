import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

/** A home directory of a test's own. */
export interface TestHome {
  readonly dir: string
  /** Writes a file below it, making directories; gives the whole path back. */
  write(path: string, content: string | object): Promise<string>
  remove(): Promise<void>
}

export const CLI_CONFIG = '.aliyun/config.json'
export const CREDENTIALS_INI = '.alibabacloud/credentials'

export const makeHome = async (): Promise<TestHome> => {
  const dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-test-'))
  return {
    dir,
    write: async (path, content) => {
      const whole = join(dir, path)
      await mkdir(dirname(whole), {recursive: true})
      await writeFile(whole, typeof content === 'string' ? content : JSON.stringify(content, undefined, '\t'), {
        mode: 0o600,
      })
      return whole
    },
    remove: () => rm(dir, {recursive: true, force: true}),
  }
}
