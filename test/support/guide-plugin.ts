import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const GUIDE = fileURLToPath(new URL('../../docs/plugins.md', import.meta.url))

/** "Your first plugin" of the guide: the files that it shows, and its commands, one a line. */
export interface GuidePlugin {
  readonly files: Readonly<Record<string, string>>
  readonly commands: readonly string[]
}

export const readGuidePlugin = async (): Promise<GuidePlugin> => {
  const [, section = ''] = /^### Your first plugin$([^]*?)^### /m.exec(await readFile(GUIDE, 'utf8')) ?? []
  const files = Object.fromEntries(
    [...section.matchAll(/`(company-login\/\S+)`:\n\n```\w+\n([^]*?)^```$/gm)].map(([, path = '', text = '']) => [
      path,
      text,
    ]),
  )
  const commands = [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'))
  return {files, commands}
}

/** Writes the files of the guide below a directory. */
export const writeGuidePlugin = async ({files}: GuidePlugin, dir: string): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), {recursive: true})
    await writeFile(join(dir, path), text)
  }
}
