/** `npm run docs:pictures` writes the pictures of the documents, and removes what is none of them. */
import {readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {allPictures} from './pictures/all.ts'

const DIR = fileURLToPath(new URL('../docs/pictures', import.meta.url))

const pictures = allPictures()
for (const name of readdirSync(DIR)) if (!pictures.has(name)) rmSync(join(DIR, name))
for (const [name, content] of pictures) writeFileSync(join(DIR, name), content)
