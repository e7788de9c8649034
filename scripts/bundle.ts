/** Makes what is published of dist: the full program, the light start-up, and the name of its content. */
import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {bundleFull} from './bundle-full.ts'
import {bundleLight} from './bundle-light.ts'

await bundleFull()
await bundleLight('dist', 'node')

// The launcher takes the first line as the name of what it keeps compiled.
const path = fileURLToPath(new URL('../dist/start.cjs', import.meta.url))
const code = await readFile(path, 'utf8')
const name = createHash('sha256').update(code).digest('hex').slice(0, 16)
await writeFile(path, `//${name}\n${code}`)
