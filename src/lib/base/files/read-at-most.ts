import {closeSync, openSync, readSync} from 'node:fs'

const CHUNK_BYTES = 64 * 1024

/**
 * Reads a file, or its beginning: what never ends, a device say, is not read to its end. (At once, since every kubectl
 * waits for it: node:fs/promises takes longer to load than these files to read.)
 *
 * @param maxBytes - how much to read
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
