import {AckError} from '../base/errors.ts'
import type {Environment} from '../base/runtime.ts'
import {scrub} from '../base/secret.ts'
import {compareBytes, type Parameters} from '../signing/percent-encode.ts'
import {EXTRA_KEY_PREFIX} from './extra-key-prefix.ts'

/** What a variable may be called that holds a secret: this program's own, those of SDKs and of other programs. */
const SECRET_NAME = /SECRET|TOKEN|PASSW|PASSPHRASE|CREDENTIAL|(PRIVATE|ACCESS|API)_?KEY|EXEC_INFO/i
/** Our variables of that name are about tokens, and hold none: a prefix for extra keys may well begin like this. */
const OWN_NAMES = /^ACK_RAM_TOOL_TOKEN_/
const URL_WITH_PASSWORD = /:\/\/[^/]*:[^/]*@/

/**
 * The extra query keys of a token, for authenticators that accept them: with the prefix `P`, a variable
 * `P<NAME>=<value>` gives `lower(<NAME>)=<value>`. Empty values are skipped.
 *
 * @throws AckError `InvalidOption` where the prefix covers a variable that may hold a secret: whoever sees the token
 *   could read it
 */
export const extraQuery = (env: Environment): Parameters => {
  const prefix = env[EXTRA_KEY_PREFIX]
  if (!prefix) return new Map()
  const covered = Object.entries(env)
    .filter(
      (entry): entry is [string, string] => entry[0].startsWith(prefix) && entry[0] !== prefix && Boolean(entry[1]),
    )
    .toSorted(([a], [b]) => compareBytes(a, b))
  for (const [name, value] of covered)
    if (SECRET_NAME.test(name.replace(OWN_NAMES, '')) || URL_WITH_PASSWORD.test(value) || scrub(value) !== value)
      throw coversSecret(name)
  return new Map(covered.map(([name, value]) => [name.slice(prefix.length).toLowerCase(), value]))
}

const coversSecret = (name: string): AckError =>
  new AckError(
    'InvalidOption',
    `the prefix in ${EXTRA_KEY_PREFIX} covers ${name} too, which may hold a secret`,
    'use a prefix that only the variables of the extra keys have',
  )
