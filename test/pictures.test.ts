import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {allPictures} from '../scripts/pictures/all.ts'

const DIR = fileURLToPath(new URL('../docs/pictures', import.meta.url))

describe('the pictures of the documents', () => {
  it('are what their script makes: npm run docs:pictures', async () => {
    const pictures = allPictures()
    expect(await readdir(DIR)).to.have.members([...pictures.keys()])
    for (const [name, content] of pictures) expect(await readFile(join(DIR, name), 'utf8'), name).to.equal(content)
  })

  it('are small, have a title, show nothing of the test, and load nothing', () => {
    for (const [name, content] of allPictures()) {
      expect(content.length, name).to.be.lessThan(40_000)
      expect(content, name).to.match(/<title>[^<]+<\/title>/)
      expect(content, name).not.to.match(/\b(?:VERSION|PORT|TIME)\b|127\.0\.0\.1|undefined|<script|href|url\(|@import/)
    }
  })
})
