import type {IncomingMessage, RequestListener, Server, ServerResponse} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'

/** A server that listens; `close` may be called more than once. */
export type Listening = {readonly port: number; readonly close: () => Promise<void>}

/**
 * Starts an HTTP or HTTPS server on a free port of 127.0.0.1.
 *
 * @returns the port, and `close`, which also destroys idle, kept-alive and half-open connections, so that no handle keeps
 *   the process alive
 * @throws the server's own error when it cannot listen
 */
export const listenOnLoopback = async (server: Server): Promise<Listening> => {
  const sockets = trackSockets(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const {port} = server.address() as AddressInfo
  return {port, close: () => closeServer(server, sockets)}
}

/**
 * Makes a request listener of an asynchronous handler.
 *
 * A handler that fails has a bug, or its client has gone: the request is answered with status 500 and the error's message.
 */
export const answering =
  (handle: (message: IncomingMessage, response: ServerResponse) => Promise<void>): RequestListener =>
  (message, response) => {
    handle(message, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  }

// closeAllConnections() knows only connections that have spoken HTTP; one that hangs in its TLS handshake is not among them.
const trackSockets = (server: Server): ReadonlySet<Socket> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

const closeServer = async (server: Server, sockets: ReadonlySet<Socket>): Promise<void> => {
  if (!server.listening) return
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
