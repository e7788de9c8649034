import type {Browser, Page} from 'playwright-core'

/** What a page of the site is, in the browser, after its scripts have run. */
export interface Visit {
  /** From the root of the site, as `/zh/errors.html`. */
  readonly path: string
  /** Its own wrongs: what the console says, what fails, what is asked of others. */
  readonly faults: readonly string[]
  /** All that it links, in full. */
  readonly links: readonly string[]
  readonly ids: readonly string[]
  readonly language: string
  readonly title: string
}

/** Has a page say what goes wrong in it, for as long as it is open. */
export const faultsOf = (page: Page, origin: string): readonly string[] => {
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`))
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:'))
      faults.push(`asks another server: ${request.url()}`)
  })
  return faults
}

/** What a reader would miss, looked for in the page itself. */
const shortcomings = (): string[] => {
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  return [
    ...(wide > 0 ? [`scrolls sideways by ${wide} pixels`] : []),
    ...all('.vp-doc pre')
      .filter((block) => !block.parentElement?.querySelector('button.copy'))
      .map((block) => `no copy button: ${block.textContent?.slice(0, 40)}`),
    ...all('.vp-doc pre')
      .filter((block) => block.getClientRects().length === 0 || parseFloat(getComputedStyle(block).fontSize) < 12)
      .map((block) => `not legible: ${block.textContent?.slice(0, 40)}`),
    ...([...document.images] as HTMLImageElement[])
      .filter((image) => image.complete && (image.naturalWidth === 0 || image.alt === ''))
      .map((image) => `picture without content or text: ${image.src}`),
  ]
}

/** Whether the scripts of a page have taken it over. */
export const IS_ALIVE = `'__vue_app__' in (document.querySelector('#app') ?? {})`

/** Opens pages in one tab, one after the other, as a reader with a phone would: most faults of width show there. */
export const visitAll = async (
  browser: Browser,
  origin: string,
  paths: readonly string[],
): Promise<readonly Visit[]> => {
  const context = await browser.newContext({viewport: {width: 390, height: 800}})
  // tsx wraps functions in it, also those that are sent to the browser.
  await context.addInitScript('globalThis.__name = (named) => named')
  const visits: Visit[] = []
  const page = await context.newPage()
  const heard = faultsOf(page, origin)
  for (const path of paths) {
    const before = heard.length
    await page.goto(origin + path)
    await page.waitForFunction(IS_ALIVE)
    const found = await page.evaluate(() => ({
      links: [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].map(({href}) => href),
      ids: [...document.querySelectorAll('[id]')].map(({id}) => id),
      language: document.documentElement.lang,
      title: document.title,
    }))
    const seen = await page.evaluate(shortcomings)
    visits.push({path, ...found, faults: [...heard.slice(before), ...seen]})
  }
  await context.close()
  return visits
}
