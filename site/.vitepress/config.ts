import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {slug} from 'github-slugger'
import {defineConfig, type DefaultTheme} from 'vitepress'

import {layPages} from '../lay-pages.ts'
import {relinkDocuments} from '../links.ts'
import {navigationOf} from '../navigation.ts'
import {allPages, ROOT} from '../pages.ts'

const PAGES_DIR = fileURLToPath(new URL('../.pages', import.meta.url))
const pages = allPages()
layPages(PAGES_DIR, pages)

const product = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {repository: {url: string}}
const repository = product.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')

/**
 * The words of a text for the search. It is sent to the browser as it stands, so it refers to nothing outside. Chinese
 * has no blanks between its words.
 */
const wordsOf = (text: string): string[] =>
  [...new Intl.Segmenter('zh', {granularity: 'word'}).segment(text)]
    .filter(({isWordLike}) => isWordLike)
    .map(({segment}) => segment)

const IN_CHINESE: DefaultTheme.Config = {
  sidebar: [...navigationOf('zh', pages)],
  outline: {label: '本页目录'},
  docFooter: {prev: '上一页', next: '下一页'},
  darkModeSwitchLabel: '外观',
  lightModeSwitchTitle: '切换到浅色模式',
  darkModeSwitchTitle: '切换到深色模式',
  sidebarMenuLabel: '目录',
  returnToTopLabel: '返回顶部',
  langMenuLabel: '语言',
  skipToContentLabel: '跳到正文',
  notFound: {title: '页面不存在', quote: '该地址没有对应的页面。', linkText: '返回首页', linkLabel: '返回首页'},
}

export default defineConfig({
  title: 'ack-ram-tool',
  description: 'Log kubectl in to an Alibaba Cloud Kubernetes cluster (ACK) with a RAM identity',
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: '.pages',
  // Pages are small, and who reads one rarely reads the ones beside it.
  router: {prefetchLinks: false},
  locales: {
    root: {label: 'English', lang: 'en'},
    zh: {label: '简体中文', lang: 'zh-CN', description: '使用 RAM 身份登录阿里云 ACK 集群', themeConfig: IN_CHINESE},
  },
  head: [['meta', {name: 'referrer', content: 'no-referrer'}]],
  markdown: {
    anchor: {slugify: (text) => slug(text)},
    config: (markdown) => void markdown.use(relinkDocuments(pages, repository)),
  },
  themeConfig: {
    sidebar: [...navigationOf('en', pages)],
    outline: {level: [2, 3]},
    socialLinks: [{icon: 'github', link: repository}],
    search: {
      provider: 'local',
      options: {
        miniSearch: {options: {tokenize: wordsOf}},
        locales: {
          zh: {
            translations: {
              button: {buttonText: '搜索', buttonAriaLabel: '搜索'},
              modal: {
                noResultsText: '没有找到：',
                resetButtonTitle: '清除',
                backButtonTitle: '关闭',
                displayDetails: '显示详情',
                footer: {selectText: '打开', navigateText: '移动', closeText: '关闭'},
              },
            },
          },
        },
      },
    },
  },
})
