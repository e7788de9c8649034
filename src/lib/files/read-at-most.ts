import {open} from 'node:fs/promises'

/**
 * Reads a file, or its beginning: what never ends, a device say, is not read to its end.
 *
 * @param maxBytes - how much to read
 * @throws the file system's error
 */
export const readAtMost = async (path: string, maxBytes: number): Promise<Buffer> => {
  const file = await open(path)
  try {
    const chunks: Buffer[] = []
    let length = 0
    while (length < maxBytes) {
      const {bytesRead, buffer} = await file.read(Buffer.alloc(Math.min(maxBytes - length, CHUNK_BYTES)))
      if (bytesRead === 0) break
      chunks.push(buffer.subarray(0, bytesRead))
      length += bytesRead
    }
    return Buffer.concat(chunks)
  } finally {
    await file.close()
  }
}

const CHUNK_BYTES = 64 * 1024
