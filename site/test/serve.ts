import {readFile} from 'node:fs/promises'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {extname, join, normalize} from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}
const BYTES = 'application/octet-stream'

export interface Site {
  /** `http://127.0.0.1:40123` */
  readonly origin: string
  close(): Promise<void>
}

/** Serves a folder as any server of files does: `index.html` for a folder, `404.html` for what is not there. */
export const serve = async (dir: string): Promise<Site> => {
  const answer = async (response: ServerResponse, pathname: string, path: string): Promise<void> => {
    const content = await readFile(join(dir, path)).catch(() => undefined)
    // The names of assets change with what is in them.
    if (content && pathname.startsWith('/assets/')) response.setHeader('cache-control', 'max-age=3600, immutable')
    response.writeHead(content ? 200 : 404, {'content-type': TYPES[extname(content ? path : '.html')] ?? BYTES})
    response.end(content ?? (await readFile(join(dir, '404.html'))))
  }
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url ?? '/', 'http://localhost')
    const path = normalize(decodeURIComponent(pathname)).replace(/[\\/]$/, '/index.html')
    void answer(response, pathname, path)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
