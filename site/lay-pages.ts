/** Lays the documents out as VitePress wants pages: one folder, with what they show beside them. */
import {cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

import {ROOT, type Page} from './pages.ts'

const NOT_TRANSLATED = `
::: info 本页尚无中文版
以下为英文原文。
:::
`

/** Writes every page into `dir`, which it empties before, and the pictures of `docs/pictures`. */
export const layPages = (dir: string, pages: readonly Page[]): void => {
  rmSync(dir, {recursive: true, force: true})
  for (const {source, path, isTranslated} of pages) {
    const text = readFileSync(join(ROOT, source), 'utf8')
    mkdirSync(dirname(join(dir, path)), {recursive: true})
    writeFileSync(join(dir, path), isTranslated ? text : text.replace(/^# .*\n/m, `$&${NOT_TRANSLATED}`))
  }
  const pictures = join(ROOT, 'docs/pictures')
  if (existsSync(pictures)) cpSync(pictures, join(dir, 'pictures'), {recursive: true})
}
