import {createServer} from 'node:http'
import {once} from 'node:events'

/**
 * A tiny Vault: the one path of its Alibaba Cloud secrets engine, for one token and one role.
 *
 * @param {{token: string, role: string, credentials: object}} world
 */
export const startVault = async ({token, role, credentials}) => {
  let calls = 0
  const server = createServer((request, response) => {
    calls++
    response.setHeader('content-type', 'application/json')
    if (request.headers['x-vault-token'] !== token) response.writeHead(403).end('{"errors": ["permission denied"]}')
    else if (request.url !== `/v1/alicloud/creds/${role}`) response.writeHead(404).end('{"errors": []}')
    else response.end(JSON.stringify({data: credentials}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    address: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
