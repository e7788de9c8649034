/**
 * The links and pictures of a document, which are relative to its file in the repository, as those of its page: to
 * another page of the same language, or else to the file where the repository is published.
 */
import {existsSync} from 'node:fs'
import {join, posix} from 'node:path'

import {ROOT, type Page} from './pages.ts'

interface Token {
  readonly type: string
  readonly children: readonly Token[] | null
  attrGet(name: string): string | null
  attrSet(name: string, value: string): void
}

interface Markdown {
  readonly core: {readonly ruler: {push(name: string, rule: (state: State) => void): void}}
}

interface State {
  readonly tokens: readonly Token[]
  readonly env: {readonly relativePath?: string}
}

/** @throws Error when a link leads to no file of the repository */
const linkOf = (href: string, page: Page, pages: readonly Page[], repository: string): string => {
  const [file = '', anchor] = href.split('#')
  if (file === '' || /^[a-z][a-z+.-]*:/i.test(href)) return href
  const target = posix.join(posix.dirname(page.source), decodeURI(file))
  if (!existsSync(join(ROOT, target))) throw new Error(`${page.source}: there is no ${href}`)
  const suffix = anchor === undefined ? '' : `#${anchor}`
  // A Chinese page may link a document that is there in English alone: its page is Chinese around it.
  const same = pages.find(
    ({source, path}) => source === target && path.startsWith('zh/') === page.path.startsWith('zh/'),
  )
  const linked = same ?? pages.find(({source}) => source === target)
  return linked ? `/${linked.path}${suffix}` : `${repository}/blob/HEAD/${target}${suffix}`
}

const pictureOf = (src: string, page: Page): string => {
  const target = posix.join(posix.dirname(page.source), src)
  const picture = target.startsWith('docs/pictures/') && existsSync(join(ROOT, target))
  if (!picture) throw new Error(`${page.source}: there is no picture ${src} below docs/pictures`)
  return posix.relative(posix.dirname(page.path), target.replace('docs/', '')).replace(/^(?!\.)/, './')
}

/** A plugin of markdown-it. `repository` is the address of the repository, without a slash at its end. */
export const relinkDocuments = (pages: readonly Page[], repository: string) => {
  const byPath = new Map(pages.map((page) => [page.path, page]))
  return (markdown: Markdown): void => {
    markdown.core.ruler.push('links-of-documents', ({tokens, env}) => {
      const page = byPath.get(env.relativePath ?? '')
      if (!page) return
      for (const token of tokens.flatMap(({children}) => children ?? [])) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null
        if (href !== null) token.attrSet('href', linkOf(href, page, pages, repository))
        const src = token.type === 'image' ? token.attrGet('src') : null
        if (src !== null) token.attrSet('src', pictureOf(src, page))
      }
    })
  }
}
