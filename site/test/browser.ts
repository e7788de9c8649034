/**
 * The browser of the tests: that of CHROME_PATH; else on Linux x64 the pinned build that npm serves, which brings the
 * libraries that it needs; else an installed Chrome or Edge.
 */
import {createReadStream, createWriteStream, existsSync} from 'node:fs'
import {mkdir, rename} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {fileURLToPath} from 'node:url'
import {createBrotliDecompress} from 'node:zlib'

import {chromium, type Browser, type LaunchOptions} from 'playwright-core'
import {extract} from 'tar'

const require = createRequire(import.meta.url)
const NODE_MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))

/** Unpacks the build of npm, once for each version, and says how it is started. */
const pinnedBuild = async (): Promise<LaunchOptions> => {
  const root = dirname(dirname(dirname(require.resolve('@sparticuz/chromium'))))
  const {version} = require(join(root, 'package.json')) as {version: string}
  const dir = join(NODE_MODULES, '.cache', `chromium-${version}`)
  if (!existsSync(dir)) {
    const making = `${dir}.${process.pid}`
    await mkdir(making, {recursive: true})
    const packed = (name: string) => [createReadStream(join(root, 'bin', name)), createBrotliDecompress()] as const
    await Promise.all([
      pipeline(...packed('chromium.br'), createWriteStream(join(making, 'chromium'), {mode: 0o755})),
      pipeline(...packed('al2023.tar.br'), extract({cwd: making})),
    ])
    await rename(making, dir)
  }
  const libraries = [process.env['LD_LIBRARY_PATH'], join(dir, 'lib')].filter(Boolean).join(':')
  return {
    executablePath: join(dir, 'chromium'),
    // It is headless alone, and has no sandbox of its own, which a container may not allow anyway.
    args: ['--headless=shell', '--no-sandbox', '--no-zygote'],
    env: {...process.env, LD_LIBRARY_PATH: libraries},
  }
}

const waysToStart = (): readonly (() => Promise<Browser>)[] => {
  const path = process.env['CHROME_PATH']
  if (path) return [() => chromium.launch({executablePath: path, args: ['--no-sandbox']})]
  if (process.platform === 'linux' && process.arch === 'x64') return [async () => chromium.launch(await pinnedBuild())]
  return ['chrome', 'msedge'].map((channel) => () => chromium.launch({channel}))
}

/**
 * Undefined where no browser is to be found; CHROME_PATH then names one.
 *
 * @throws Error if the one of CHROME_PATH, or the pinned one, does not start
 */
export const startBrowser = async (): Promise<Browser | undefined> => {
  const ways = waysToStart()
  for (const start of ways) {
    try {
      return await start()
    } catch (error) {
      if (ways.length === 1) throw error
    }
  }
  return undefined
}
