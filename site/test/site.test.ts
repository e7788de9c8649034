import {existsSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'
import type {Browser, Page} from 'playwright-core'

import {allPages} from '../pages.ts'
import {startBrowser} from './browser.ts'
import {serve, type Site} from './serve.ts'
import {faultsOf, IS_ALIVE, visitAll, type Visit} from './visit.ts'

const BUILT = fileURLToPath(new URL('../.vitepress/dist', import.meta.url))
const TABS = 3

/** `zh/index.html` is at `/zh/`. */
const addressOf = (file: string): string => `/${file.replace(/(^|\/)index\.html$/, '$1')}`

describe('the site', () => {
  let site: Site
  let browser: Browser
  let visits: readonly Visit[]

  before(async function () {
    this.timeout(120_000)
    if (!existsSync(BUILT)) throw new Error('build it first: npm run site')
    const started = await startBrowser()
    if (started) {
      browser = started
      site = await serve(BUILT)
      visits = await visitBuilt()
    } else {
      console.error('No browser is installed: the site is not tested. CHROME_PATH names one.')
      this.skip()
    }
  })

  const visitBuilt = async (): Promise<readonly Visit[]> => {
    const files = await readdir(BUILT, {recursive: true})
    const paths = files
      .filter((name) => name.endsWith('.html') && name !== '404.html')
      .map((name) => addressOf(name.replaceAll('\\', '/')))
    const shares = Array.from({length: TABS}, (_, tab) => paths.filter((_, index) => index % TABS === tab))
    return (await Promise.all(shares.map((share) => visitAll(browser, site.origin, share)))).flat()
  }

  after(async () => {
    await browser?.close()
    await site?.close()
  })

  /** Opens a page at the size of a desktop; fails for what goes wrong in it. */
  const inPage = async (path: string, use: (page: Page) => Promise<void>): Promise<void> => {
    const context = await browser.newContext({
      viewport: {width: 1440, height: 900},
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const page = await context.newPage()
    const faults = faultsOf(page, site.origin)
    await page.goto(site.origin + path)
    await page.waitForFunction(IS_ALIVE)
    await use(page)
    await context.close()
    expect(faults).to.deep.equal([])
  }

  it('has a page for every document, in both languages, with its title', () => {
    const built = visits.map(({path, language, title}) => ({path, language, title}))
    const expected = allPages().map(({path, language, title}) => ({
      path: addressOf(path.replace(/\.md$/, '.html')),
      language: language === 'zh' ? 'zh-CN' : 'en',
      title: title === 'ack-ram-tool' ? title : `${title} | ack-ram-tool`,
    }))
    expect(built).to.have.deep.members(expected)
  })

  it('loads every page without an error, a failed request, a call of another server, or a fault that a reader sees', () => {
    expect(visits.flatMap(({path, faults}) => faults.map((fault) => `${path}: ${fault}`))).to.deep.equal([])
  })

  it('has links that lead to pages, and to headings in them', () => {
    const ids = new Map(visits.map(({path, ids}) => [path, new Set(ids)]))
    let count = 0
    const dead = visits.flatMap(({path, links}) =>
      links
        .filter((link) => {
          const {origin, pathname, hash} = new URL(link)
          if (origin !== site.origin) return false
          count += 1
          const target = ids.get(pathname)
          return !target || (hash !== '' && !target.has(decodeURIComponent(hash.slice(1))))
        })
        .map((link) => `${path}: ${link}`),
    )
    expect(dead).to.deep.equal([])
    expect(count).to.be.greaterThan(visits.length * 10)
  })

  it('leads to a heading, and shows it', () =>
    inPage('/', async (page) => {
      await page.locator('.vp-doc a[href^="/kubeconfig.html#"]').first().click()
      await page.waitForURL(/\/kubeconfig\.html#/)
      const heading = page.locator(`[id="${decodeURIComponent(new URL(page.url()).hash.slice(1))}"]`)
      await heading.waitFor()
      await page.waitForFunction(
        (element) => element !== null && Math.abs(element.getBoundingClientRect().top) < innerHeight,
        await heading.elementHandle(),
      )
    }))

  for (const {language, path, button, word, page: result} of [
    {language: 'English', path: '/', button: 'Search', word: 'RAMIdentityMapping', page: /^\/(?!zh\/)/},
    {language: 'Chinese', path: '/zh/', button: '搜索', word: '凭证', page: /^\/zh\//},
  ])
    it(`finds a word in ${language}`, () =>
      inPage(path, async (page) => {
        await page.getByRole('button', {name: button}).first().click()
        await page.locator('.VPLocalSearchBox input').fill(word)
        const first = page.locator('.VPLocalSearchBox .result').first()
        await first.waitFor()
        expect(await first.getAttribute('href')).to.match(result)
        await first.click()
        await page.locator('.VPLocalSearchBox').waitFor({state: 'detached'})
        expect(await page.locator('.vp-doc').textContent()).to.contain(word)
      }))

  it('says when a search finds nothing', () =>
    inPage('/', async (page) => {
      await page.getByRole('button', {name: 'Search'}).first().click()
      await page.locator('.VPLocalSearchBox input').fill('zzqqxx')
      await page.locator('.VPLocalSearchBox .no-results').waitFor()
    }))

  it('copies a code block', () =>
    inPage('/install.html', async (page) => {
      const block = page.locator('.vp-doc div[class*="language-"]').first()
      await block.hover()
      await block.locator('button.copy').click()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      expect(copied).to.equal('npm ci && npm pack\nnpm install --global ./ack-ram-tool-0.1.0.tgz')
    }))

  it('changes the language of the page that is shown', () =>
    inPage('/errors.html', async (page) => {
      await page.locator('.VPNavBarTranslations').hover()
      await page.getByRole('link', {name: '简体中文'}).click()
      await page.waitForURL(`${site.origin}/zh/errors.html`)
      await page.locator('.VPNavBarTranslations').hover()
      await page.getByRole('link', {name: 'English'}).click()
      await page.waitForURL(`${site.origin}/errors.html`)
    }))

  it('is dark for who wants it dark', () =>
    inPage('/', async (page) => {
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const light = await background()
      await page.locator('.VPNavBarAppearance button').click()
      await page.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, light)
    }))

  it('lists every page in its navigation', () =>
    inPage('/zh/', async (page) => {
      const links = await page
        .locator('.VPSidebar a')
        .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).pathname))
      const chinese = visits.map(({path}) => path).filter((path) => path.startsWith('/zh/'))
      expect([...new Set(links)]).to.have.members(chinese)
    }))
})
