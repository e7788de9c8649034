/**
 * Writes the man pages, man/*.1, from the same definitions as help: one for the program, with the global options, one for
 * each command, and for each alias one that names the page of its command.
 */
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {manPages} from './roff/man-pages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dir = join(root, 'man')
await rm(dir, {recursive: true, force: true})
await mkdir(dir)
for (const [name, text] of await manPages(root)) await writeFile(join(dir, name), text)
