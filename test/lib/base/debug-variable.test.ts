import {expect} from 'chai'

import {narrowDebugVariable} from '../../../src/lib/base/debug-variable.ts'

const kept = (DEBUG: string): string | undefined => {
  const env: Record<string, string | undefined> = {DEBUG, DIAGNOSTICS: '*', OTHER: 'x'}
  narrowDebugVariable(env)
  expect(env).to.include({OTHER: 'x'}).and.not.have.property('DIAGNOSTICS')
  return env['DEBUG']
}

describe('narrowDebugVariable', () => {
  it('leaves the words of this program and of oclif, and no library a word that it would obey', () => {
    expect(kept('sdk')).to.equal('sdk')
    expect(kept('*, SDK,winston:*,oclif:config')).to.equal(' SDK,oclif:config')
    for (const words of ['*', 'winston*', 'https-proxy-agent', '', 'o*']) expect(kept(words), words).to.equal(undefined)
  })
})
