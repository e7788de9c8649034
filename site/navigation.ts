/** What the navigation lists, by task. */
import type {Language, Page} from './pages.ts'

type Words = Readonly<Record<Language, string>>

interface Entry {
  readonly text: string
  readonly link: string
}

export interface Group {
  readonly text: string
  readonly collapsed?: boolean
  readonly items: Entry[]
}

/** A page that is named nowhere is listed with `MORE`. */
const TASKS: readonly {readonly title: Words; readonly names: readonly string[]}[] = [
  {title: {en: 'Start', zh: '开始使用'}, names: ['index', 'contents', 'install', 'migration-from-go']},
  {title: {en: 'Log in', zh: '登录集群'}, names: ['kubeconfig', 'credentials', 'options', 'configuration']},
  {title: {en: 'Administer', zh: '管理'}, names: ['rrsa', 'rbac']},
  {title: {en: 'When it fails', zh: '排查问题'}, names: ['troubleshooting', 'diagnose', 'errors']},
]
const MORE: Words = {en: 'In depth', zh: '深入了解'}
const PROJECT: {readonly title: Words; readonly names: readonly string[]} = {
  title: {en: 'The project', zh: '项目'},
  names: ['security', 'changelog', 'contributing', 'architecture'],
}
const DECISIONS: Words = {en: 'Decisions', zh: '设计决策'}
const HOME: Words = {en: 'Overview', zh: '概述'}

const nameOf = ({path}: Page): string => path.replace(/^zh\//, '').replace(/\.md$/, '')

const entry = (page: Page): Entry => ({
  text: nameOf(page) === 'index' ? HOME[page.language] : page.title,
  link: `/${page.path.replace(/index\.md$/, '').replace(/\.md$/, '')}`,
})

/** The navigation of one language: every one of its pages, once. */
export const navigationOf = (language: Language, all: readonly Page[]): readonly Group[] => {
  const pages = all.filter((page) => page.language === language)
  const byName = new Map(pages.map((page) => [nameOf(page), page]))
  const group = (title: Words, names: readonly string[]): Group => ({
    text: title[language],
    items: names.flatMap((name) => byName.get(name) ?? []).map(entry),
  })
  const named = new Set([...TASKS, PROJECT].flatMap(({names}) => names))
  const isDecision = (name: string): boolean => name.startsWith('decisions/')
  const names = [...byName.keys()]
  return [
    ...TASKS.map(({title, names}) => group(title, names)),
    group(
      MORE,
      names.filter((name) => !named.has(name) && !isDecision(name)),
    ),
    group(PROJECT.title, PROJECT.names),
    {...group(DECISIONS, names.filter(isDecision)), collapsed: true},
  ]
}
