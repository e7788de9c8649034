import {expect} from 'chai'

import {Secret} from '../../../src/lib/base/secret.ts'
import {CREDENTIAL_FORMATS, type CredentialFormat} from '../../../src/lib/cli/credential-formats.ts'
import {variablesOf} from '../../../src/lib/credentials/selection/credential-variables.ts'
import {AckError} from '../../../src/lib/base/errors.ts'

const exported = (format: CredentialFormat, securityToken: string): string => {
  const pair = {accessKeyId: 'STS.1', accessKeySecret: new Secret('SECRET-1')}
  const credentials = {...pair, securityToken: new Secret(securityToken)}
  return CREDENTIAL_FORMATS[format]({credentials, groups: variablesOf(credentials), stale: [], now: new Date(0)})
}

describe('a format of credentials', () => {
  const formats = Object.keys(CREDENTIAL_FORMATS) as CredentialFormat[]

  it('holds nothing by which a value becomes a line of its own, even if a source let it pass', () => {
    for (const format of formats)
      for (const character of ['\n', '\r', '\u0000', '\u001B', '\u0085', '\u2028', '\u2019']) {
        const token = `SECRET${character}process_command = touch pwned`
        if (exported(format, 'SECRET-2').startsWith('{'))
          expect(JSON.stringify(JSON.parse(exported(format, token))), format).to.contain(JSON.stringify(token))
        else
          expect(() => exported(format, token), format)
            .to.throw(AckError)
            .that.satisfies(({code, message}: AckError) => code === 'CredentialsInvalid' && !message.includes('SECRET'))
      }
  })
})
