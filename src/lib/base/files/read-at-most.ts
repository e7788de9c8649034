import {closeSync, openSync, readSync} from 'node:fs'

const CHUNK_BYTES = 64 * 1024

/**
 * Reads a file up to a limit, since a device, for example, never ends. (Synchronous, since every kubectl waits for it:
 * loading node:fs/promises takes longer than reading these files.)
 *
 * @param maxBytes - the limit
 * @throws the file system's error
 */
export const readAtMost = (path: string, maxBytes: number): Buffer => {
  const file = openSync(path, 'r')
  try {
    const chunks: Buffer[] = []
    let length = 0
    while (length < maxBytes) {
      const chunk = Buffer.allocUnsafe(Math.min(maxBytes - length, CHUNK_BYTES))
      const bytesRead = readSync(file, chunk, 0, chunk.length, null)
      if (bytesRead === 0) break
      chunks.push(chunk.subarray(0, bytesRead))
      length += bytesRead
    }
    return Buffer.concat(chunks)
  } finally {
    closeSync(file)
  }
}
