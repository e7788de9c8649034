/**
 * `npm run docs:zh` compares the Chinese documents with the English ones. With `--accept PAGE` it notes, in the Chinese
 * page, that it is a translation of the English text as it is now: after you have translated what changed.
 */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

import {problemsOf, sourceOf, translationOf, withNotes} from './translation/compare.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const translations = (): readonly string[] =>
  [
    ...readdirSync(ROOT),
    ...readdirSync(join(ROOT, 'docs/zh'), {recursive: true, encoding: 'utf8'}).map((name) => `docs/zh/${name}`),
  ]
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && sourceOf(path) !== undefined)

/** `credentials`, `docs/credentials.md` and `docs/zh/credentials.md` are one page. */
const pageOf = (name: string): string => {
  const found = [name, translationOf(name), `docs/zh/${name}.md`, `${name}.zh-CN.md`].find(
    (path) => sourceOf(path) !== undefined && existsSync(join(ROOT, path)),
  )
  if (found === undefined) throw new Error(`there is no Chinese page of ${name}`)
  return found
}

const {values} = parseArgs({options: {accept: {type: 'string', multiple: true}}})
const accepted = (values.accept ?? []).map(pageOf)
for (const path of accepted) {
  if (problemsOf(path, ROOT).some(({isBehind}) => !isBehind)) continue
  const source = readFileSync(join(ROOT, sourceOf(path) ?? ''), 'utf8')
  writeFileSync(join(ROOT, path), withNotes(readFileSync(join(ROOT, path), 'utf8'), source))
}
// A page that was not accepted is behind as a whole: what is to be mended is the rest.
const problems =
  accepted.length > 0
    ? accepted.flatMap((path) => problemsOf(path, ROOT)).filter(({isBehind}) => !isBehind)
    : translations().flatMap((path) => problemsOf(path, ROOT))
for (const {text} of problems) console.error(text)
if (problems.some(({isBehind}) => isBehind))
  console.error('Translate what has changed, then: npm run docs:zh -- --accept PAGE')
if (problems.length > 0) process.exitCode = 1
